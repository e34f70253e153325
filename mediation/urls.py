from django.urls import path

from mediation import views

app_name = "mediation"
urlpatterns = [
    path("cases/", views.case_list, name="case_list"),
    path("cases/new/", views.case_new, name="case_new"),
    path("cases/<int:pk>/", views.case_detail, name="case_detail"),
    path("cases/<int:pk>/edit/", views.case_edit, name="case_edit"),
    path("receptions/", views.reception_list, name="reception_list"),
    path("receptions/new/", views.reception_new, name="reception_new"),
    path("receptions/<int:pk>/edit/", views.reception_edit, name="reception_edit"),
    path("studios/", views.studio_list, name="studio_list"),
    path("studios/new/", views.studio_new, name="studio_new"),
    path("studios/<int:pk>/", views.studio_detail, name="studio_detail"),
    path("studios/<int:pk>/edit/", views.studio_edit, name="studio_edit"),
]
