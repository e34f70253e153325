"""What is asked, by noun."""

from services.forms.contracts import (
    ROWS,
    CalendarForm,
    ContractFilterForm,
    ContractForm,
    FileForm,
    MoveForm,
    SeriesForm,
    row_sets,
    rows_of,
)
from services.forms.payments import DecisionForm, PaymentFilterForm, PaymentForm, VoucherForm
from services.forms.procurement import (
    BidForm,
    DecideForm,
    ProcurementFilterForm,
    ProcurementForm,
    ReplaceForm,
    ScoreForm,
)
from services.forms.requests import (
    AskForm,
    MatchForm,
    ProcureForm,
    RatingForm,
    RequestFilterForm,
    RequestForm,
    ScheduleForm,
)
from services.forms.sessions import RehearsalForm, ReportForm, SessionFilterForm, SessionForm
from services.forms.surveys import SurveyForm

__all__ = [
    "ROWS",
    "AskForm",
    "BidForm",
    "CalendarForm",
    "ContractFilterForm",
    "ContractForm",
    "DecideForm",
    "DecisionForm",
    "FileForm",
    "MatchForm",
    "MoveForm",
    "PaymentFilterForm",
    "PaymentForm",
    "ProcureForm",
    "ProcurementFilterForm",
    "ProcurementForm",
    "RatingForm",
    "RehearsalForm",
    "ReplaceForm",
    "ReportForm",
    "RequestFilterForm",
    "RequestForm",
    "ScheduleForm",
    "ScoreForm",
    "SeriesForm",
    "SessionFilterForm",
    "SessionForm",
    "SurveyForm",
    "VoucherForm",
    "row_sets",
    "rows_of",
]
