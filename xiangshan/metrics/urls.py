from django.urls import path

from xiangshan.metrics.views import closings, dashboards, figures, quality, sharing, targets

urlpatterns = [
    path("", dashboards.dashboard, name="dashboard"),
    path("more/", dashboards.dashboard_more, name="dashboard_more"),
    path("organizations/", dashboards.figure_organizations, name="figure_organizations"),
    path("figures/", figures.figure_list, name="figure_list"),
    path("figures/<slug:code>/", figures.figure_detail, name="figure_detail"),
    path("pivot/", figures.figure_pivot, name="figure_pivot"),
    path("brief.<slug:kind>", figures.figure_brief, name="figure_brief"),
    path("briefs/", sharing.brief_list, name="brief_list"),
    path("briefs/<int:pk>/drop/", sharing.brief_drop, name="brief_drop"),
    path("favourites/new/", figures.favourite_new, name="favourite_new"),
    path("favourites/<int:pk>/drop/", figures.favourite_drop, name="favourite_drop"),
    path("targets/", targets.target_list, name="target_list"),
    path("targets/<int:area>/<int:year>/", targets.target_set, name="target_set"),
    path("targets/<int:pk>/", targets.target_detail, name="target_detail"),
    path("targets/<int:pk>/drop/", targets.target_drop, name="target_drop"),
    path("quality/", quality.data_quality, name="data_quality"),
    path("jobs/", quality.job_list, name="job_list"),
    path("jobs/<slug:name>/run/", quality.job_run, name="job_run"),
    path("shares/", sharing.share_list, name="share_list"),
    path("shares/<int:pk>/revoke/", sharing.share_revoke, name="share_revoke"),
    path("closings/", closings.closing_list, name="closing_list"),
    path("closings/new/<int:year>/", closings.closing_new, name="closing_new"),
    path("closings/<int:pk>/", closings.closing_detail, name="closing_detail"),
    path("closings/<int:pk>/sign/", closings.closing_sign, name="closing_sign"),
    path("closings/<int:pk>/reopen/", closings.closing_reopen, name="closing_reopen"),
    path("closings/<int:pk>/verify/", closings.closing_verify, name="closing_verify"),
    path("closings/<int:pk>/statement.<slug:kind>", closings.closing_statement, name="closing_statement"),
    path("closings/<int:pk>/frozen.json", closings.closing_export, name="closing_export"),
]
