"""What stands above a social organization: its stage, what waits, and what its reader may do."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from orgs.models import SocialOrganization
from xiangshan.shared.record_heads import RecordHead, action, head_of, steps_of

Stage = SocialOrganization.Stage


def organization_head(organization: SocialOrganization, can: Mapping[str, Any]) -> RecordHead:
    """From the verdicts, the stages and the waiting proposal of its page."""
    pk, waiting = organization.pk, can["waiting"]
    turn = ""
    if waiting:
        turn = f"等工会审核：{waiting.proposed_by} 于 {timezone.localdate(waiting.proposed_at):%Y-%m-%d} 申请变更资料"
    return head_of(
        organization.name,
        (organization.stage, organization.get_stage_display()),
        turn=turn,
        steps=steps_of(
            Stage.choices,
            [Stage.LEAD, Stage.CONTACTED, Stage.INCUBATING, Stage.UNIONISED, Stage.KEY_SUPPORT],
            organization.stage,
            days={span.stage: span.starts_on for span in can["stages"]},
            ends_with=[Stage.DORMANT, Stage.LEFT],
        ),
        next_steps=[
            action("查看申请", "orgs:proposal_detail", waiting and waiting.pk, when=waiting),
            action("上报队伍规模", "orgs:organization_strength", pk, when=can["can_report_strength"]),
            action("修改资料", "orgs:organization_edit", pk, icon="pencil", when=can["can_edit"]),
        ],
        others=[
            action("申请变更资料", "orgs:organization_propose", pk, when=can["can_propose"] and not can["can_edit"]),
            action("变更阶段", "orgs:organization_stage", pk, when=can["can_change_stage"]),
            action("列为重点扶持", "orgs:organization_key", pk, when=can["can_set_key"]),
            action("数据", "dashboard", query=f"?organization={pk}"),
            action("组织档案 PDF", "orgs:organization_document", pk, "pdf"),
            action("组织档案 Word", "orgs:organization_document", pk, "docx"),
        ],
    )
