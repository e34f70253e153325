from django.urls import path

from orgs import views

app_name = "orgs"
urlpatterns = [
    path("", views.organization_list, name="organization_list"),
    path("bulk/", views.organization_bulk, name="organization_bulk"),
    path("new/", views.organization_new, name="organization_new"),
    path("<int:pk>/", views.organization_detail, name="organization_detail"),
    path("<int:pk>/edit/", views.organization_edit, name="organization_edit"),
    path("<int:pk>/stage/", views.organization_stage, name="organization_stage"),
    path("<int:pk>/key/", views.organization_key, name="organization_key"),
    path("<int:pk>/strength/", views.organization_strength, name="organization_strength"),
    path("strength/", views.strength_list, name="strength_list"),
    path("branches/", views.branch_list, name="branch_list"),
    path("branches/new/", views.branch_new, name="branch_new"),
    path("branches/<int:pk>/", views.branch_detail, name="branch_detail"),
    path("branches/<int:pk>/edit/", views.branch_edit, name="branch_edit"),
    path("branches/<int:pk>/cover/", views.branch_cover, name="branch_cover"),
    path("venues/", views.venue_list, name="venue_list"),
    path("venues/new/", views.venue_new, name="venue_new"),
    path("venues/<int:pk>/", views.venue_detail, name="venue_detail"),
    path("venues/<int:pk>/edit/", views.venue_edit, name="venue_edit"),
    path("employers/", views.employer_list, name="employer_list"),
    path("employers/new/", views.employer_new, name="employer_new"),
    path("employers/<int:pk>/", views.employer_detail, name="employer_detail"),
    path("employers/<int:pk>/edit/", views.employer_edit, name="employer_edit"),
]
