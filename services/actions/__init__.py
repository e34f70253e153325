from services.actions.contracts import draft_contract, edit_contract, move_contract
from services.actions.sessions import (
    cancel_session,
    delete_session,
    edit_session,
    plan_session,
    record_rehearsal,
    report_session,
    return_session,
    verify_session,
)
from services.actions.surveys import answer_survey

__all__ = [
    "answer_survey",
    "cancel_session",
    "delete_session",
    "draft_contract",
    "edit_contract",
    "edit_session",
    "move_contract",
    "plan_session",
    "record_rehearsal",
    "report_session",
    "return_session",
    "verify_session",
]
