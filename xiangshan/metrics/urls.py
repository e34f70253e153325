from django.urls import path

from xiangshan.metrics import views

urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("organizations/", views.figure_organizations, name="figure_organizations"),
    path("figures/<slug:code>/", views.figure_detail, name="figure_detail"),
    path("closings/", views.closing_list, name="closing_list"),
    path("closings/new/<int:year>/", views.closing_new, name="closing_new"),
    path("closings/<int:pk>/", views.closing_detail, name="closing_detail"),
    path("closings/<int:pk>/sign/", views.closing_sign, name="closing_sign"),
    path("closings/<int:pk>/reopen/", views.closing_reopen, name="closing_reopen"),
    path("closings/<int:pk>/verify/", views.closing_verify, name="closing_verify"),
    path("closings/<int:pk>/statement.<slug:kind>", views.closing_statement, name="closing_statement"),
    path("closings/<int:pk>/frozen.json", views.closing_export, name="closing_export"),
]
