from django.urls import path

from xiangshan.portal.people import views

app_name = "people"
urlpatterns = [
    path("", views.person_list, name="person_list"),
    path("invite/", views.person_invite, name="person_invite"),
    path("links/", views.person_links, name="person_links"),
    path("<int:pk>/", views.person_detail, name="person_detail"),
    path("<int:pk>/edit/", views.person_edit, name="person_edit"),
    path("<int:pk>/posts/new/", views.post_new, name="post_new"),
    path("<int:pk>/link/", views.person_link, name="person_link"),
    path("<int:pk>/unlock/", views.person_unlock, name="person_unlock"),
    path("<int:pk>/log-out/", views.person_log_out, name="person_log_out"),
    path("<int:pk>/forget-factor/", views.person_forget_factor, name="person_forget_factor"),
    path("<int:pk>/disable/", views.person_disable, name="person_disable"),
    path("<int:pk>/enable/", views.person_enable, name="person_enable"),
    path("posts/<int:pk>/end/", views.post_end, name="post_end"),
    path("requests/<int:pk>/grant/", views.request_grant, name="request_grant"),
    path("requests/<int:pk>/refuse/", views.request_refuse, name="request_refuse"),
    path("requests/<int:pk>/withdraw/", views.request_withdraw, name="request_withdraw"),
]
