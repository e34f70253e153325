"""Dashboards, figures, targets, shared links, closings, jobs, the API."""

from tests.access.rows import AREA, COUNTY, EVERYBODY, FIGURES, FROZEN, SHARERS, Row, listed, of

TABLE: dict[str, Row] = {
    "dashboard": listed(FIGURES),
    "figure_organizations": listed(FIGURES),
    # Sessions are no figure of a studio: for a mediator there is no such page.
    "figure_detail": Row(FIGURES, special={"mediator": 404}),
    "dashboard_more": listed(FIGURES),
    "figure_list": listed(FIGURES),
    "figure_pivot": listed(FIGURES),
    "figure_brief": listed(FIGURES),
    "data_quality": listed(AREA),
    # One's own: another's is left alone, and nothing says that it is there.
    "favourite_new": Row(EVERYBODY, post=True, ok=302),
    "favourite_drop": Row(EVERYBODY, post=True, ok=302),
    "brief_list": listed(AREA),
    "brief_drop": Row(EVERYBODY, post=True, ok=302),
    "target_list": listed(AREA),
    "target_set": of("town", AREA, SHARERS),
    "target_detail": of("target", AREA, ok=302),
    "target_drop": of("target", AREA, SHARERS),
    "share_list": listed(SHARERS),
    "share_revoke": of("share", SHARERS, post=True, ok=302),
    "shared_dashboard": Row(EVERYBODY, ok=410, nobody=410),
    "closing_list": listed(AREA),
    "closing_new": Row(COUNTY),
    "closing_detail": of("closing", AREA),
    "closing_sign": of("closing", AREA, {"leadership"}),
    "closing_reopen": of("closing_signed", AREA, {"leadership"}),
    "closing_verify": of("closing", AREA, FROZEN),
    "closing_statement": of("closing", AREA, FROZEN),
    "closing_export": of("closing", AREA, FROZEN),
    "job_list": listed({"administrator"}),
    "job_run": Row({"administrator"}, post=True, ok=302),
    "api:api-root": Row(EVERYBODY, ok=404, nobody=404),
    "api:openapi-json": Row(EVERYBODY, nobody=200),
    "api:openapi-view": Row(EVERYBODY, nobody=200),
    "api:metric_list": Row(EVERYBODY, nobody=401),
    "api:figure_list": Row(EVERYBODY, nobody=401, query="?year=2020", special={"administrator": 404}),
}
