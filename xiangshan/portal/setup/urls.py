from django.urls import path, re_path

from xiangshan.portal.setup import views

app_name = "setup"
urlpatterns = [
    path("", views.setup_home, name="setup_home"),
    path("confirm/", views.setup_confirm, name="setup_confirm"),
    path("county/", views.county_edit, name="county_edit"),
    path("outlines/", views.outlines_edit, name="outlines_edit"),
    path("outlines/remove/", views.outlines_remove, name="outlines_remove"),
    path("lookups/", views.lookups, name="lookups"),
    re_path(r"^lookups/(?P<kind>department|category)/new/$", views.entry_new, name="entry_new"),
    re_path(
        r"^lookups/(?P<kind>department|category)/(?P<pk>\d{1,18})/switch/$", views.entry_switch, name="entry_switch"
    ),
]
