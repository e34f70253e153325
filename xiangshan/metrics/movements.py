"""The union's three movements, and the metrics that speak of each: the order of dashboards and statements."""

HEADLINES = ["sessions_held", "workers_served", "satisfaction_rate", "proven_share"]
SHOWN = 7  # of each movement, before the reader asks for all
MOVEMENTS = [
    (
        "引进来",
        "找到社会组织，建立工会组织",
        ["orgs_linked", "coverage_rate", "branches_single", "branches_joint", "branches_area", "union_members"],
    ),
    (
        "强起来",
        "扶持与孵化，队伍壮大",
        [
            "orgs_key",
            "orgs_incubated",
            "projects_running",
            "project_granted",
            "project_disbursed",
            "formal_members",
            "volunteers",
        ],
    ),
    (
        "走出去",
        "购买服务、开展活动、化解纠纷",
        [
            "contracts_active",
            "contract_amount",
            "delivery_rate",
            "cases_received",
            "mediation_success_rate",
            "amount_recovered",
            "reported_in_time_rate",
            "contract_paid",
            "requests_met_rate",
            "feedback_closed_rate",
            "sessions_pending",
            "cases_closed",
            "people_received",
            "amount_involved",
            "response_minutes",
            "response_minutes_p90",
            "on_time_rate",
        ],
    ),
]
