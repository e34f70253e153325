"""Which records of this app carry files, comments and a history."""

from mediation.actions import parties
from mediation.models import (
    Agreement,
    CaseConflict,
    CaseEvent,
    CaseMember,
    CasePause,
    CaseTransfer,
    InstalmentPayment,
    MediationCase,
    Mediator,
    Party,
    Reception,
    Referral,
    Reveal,
    RewardLine,
    RewardScheme,
    RewardStatement,
    Studio,
)
from mediation.rules import cases as case_rules
from mediation.rules import rewards as reward_rules
from mediation.rules import studios as studio_rules
from xiangshan.core.record_types import RecordType, offer
from xiangshan.core.rules import Verdict, deny


def _no_files(user: object, record: object) -> Verdict:
    return deny("附件请上传到案件")


offer(
    RecordType(Studio, studio_rules.can_edit_studio, "mediation:studio_detail"),
    RecordType(
        MediationCase,
        case_rules.can_file_case,
        "mediation:case_detail",
        may_read_files=case_rules.can_read_parties,
        is_confidential=True,
        on_read=lambda user, case, what: parties.log_access(case, by=user, what=what),
    ),
    RecordType(Reception, case_rules.can_edit_reception, part_of="studio"),
    RecordType(Mediator, _no_files, part_of="studio"),
    RecordType(RewardScheme, reward_rules.can_edit_scheme, "mediation:scheme_detail"),
    RecordType(RewardStatement, reward_rules.can_compute_statement, "mediation:statement_detail"),
    RecordType(RewardLine, _no_files, part_of="statement"),
    *(
        RecordType(model, _no_files, part_of="case")
        for model in (
            Party,
            Reveal,
            CaseEvent,
            CaseMember,
            CaseConflict,
            CasePause,
            CaseTransfer,
            Referral,
            Agreement,
            InstalmentPayment,
        )
    ),
)
