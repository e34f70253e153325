from django.urls import path

from xiangshan.metrics import views

urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("more/", views.dashboard_more, name="dashboard_more"),
    path("organizations/", views.figure_organizations, name="figure_organizations"),
    path("figures/", views.figure_list, name="figure_list"),
    path("figures/<slug:code>/", views.figure_detail, name="figure_detail"),
    path("pivot/", views.figure_pivot, name="figure_pivot"),
    path("brief.<slug:kind>", views.figure_brief, name="figure_brief"),
    path("briefs/", views.brief_list, name="brief_list"),
    path("briefs/<int:pk>/drop/", views.brief_drop, name="brief_drop"),
    path("favourites/new/", views.favourite_new, name="favourite_new"),
    path("favourites/<int:pk>/drop/", views.favourite_drop, name="favourite_drop"),
    path("targets/", views.target_list, name="target_list"),
    path("targets/<int:area>/<int:year>/", views.target_set, name="target_set"),
    path("targets/<int:pk>/", views.target_detail, name="target_detail"),
    path("targets/<int:pk>/drop/", views.target_drop, name="target_drop"),
    path("quality/", views.data_quality, name="data_quality"),
    path("jobs/", views.job_list, name="job_list"),
    path("jobs/<slug:name>/run/", views.job_run, name="job_run"),
    path("shares/", views.share_list, name="share_list"),
    path("shares/<int:pk>/revoke/", views.share_revoke, name="share_revoke"),
    path("closings/", views.closing_list, name="closing_list"),
    path("closings/new/<int:year>/", views.closing_new, name="closing_new"),
    path("closings/<int:pk>/", views.closing_detail, name="closing_detail"),
    path("closings/<int:pk>/sign/", views.closing_sign, name="closing_sign"),
    path("closings/<int:pk>/reopen/", views.closing_reopen, name="closing_reopen"),
    path("closings/<int:pk>/verify/", views.closing_verify, name="closing_verify"),
    path("closings/<int:pk>/statement.<slug:kind>", views.closing_statement, name="closing_statement"),
    path("closings/<int:pk>/frozen.json", views.closing_export, name="closing_export"),
]
