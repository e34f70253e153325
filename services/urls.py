from django.urls import path

from services import views

app_name = "services"
urlpatterns = [
    path("contracts/", views.contract_list, name="contract_list"),
    path("contracts/new/", views.contract_new, name="contract_new"),
    path("contracts/<int:pk>/", views.contract_detail, name="contract_detail"),
    path("contracts/<int:pk>/edit/", views.contract_edit, name="contract_edit"),
    path("contracts/<int:pk>/move/", views.contract_move, name="contract_move"),
    path("sessions/queue/", views.session_queue, name="session_queue"),
    path("sessions/", views.session_list, name="session_list"),
    path("sessions/new/", views.session_new, name="session_new"),
    path("sessions/<int:pk>/", views.session_detail, name="session_detail"),
    path("sessions/<int:pk>/edit/", views.session_edit, name="session_edit"),
    path("sessions/<int:pk>/report/", views.session_report, name="session_report"),
    path("sessions/<int:pk>/rehearse/", views.session_rehearse, name="session_rehearse"),
    path("sessions/<int:pk>/verify/", views.session_verify, name="session_verify"),
    path("sessions/<int:pk>/return/", views.session_return, name="session_return"),
    path("sessions/<int:pk>/cancel/", views.session_cancel, name="session_cancel"),
    path("sessions/<int:pk>/delete/", views.session_delete, name="session_delete"),
    path("sessions/<int:pk>/code/", views.session_code, name="session_code"),
]
