from services.views.contracts import contract_detail, contract_edit, contract_list, contract_move, contract_new
from services.views.sessions import (
    session_cancel,
    session_code,
    session_delete,
    session_detail,
    session_edit,
    session_list,
    session_new,
    session_queue,
    session_rehearse,
    session_report,
    session_return,
    session_verify,
)
from services.views.surveys import survey_answer, survey_thanks

__all__ = [
    "contract_detail",
    "contract_edit",
    "contract_list",
    "contract_move",
    "contract_new",
    "session_cancel",
    "session_code",
    "session_delete",
    "session_detail",
    "session_edit",
    "session_list",
    "session_new",
    "session_queue",
    "session_rehearse",
    "session_report",
    "session_return",
    "session_verify",
    "survey_answer",
    "survey_thanks",
]
