from xiangshan.metrics.models.cells import VALUES, Cell, Kind, RollupState, StaleMark
from xiangshan.metrics.models.closing import FrozenFact, FrozenFigure, Restatement, YearClosing
from xiangshan.metrics.models.jobs import JobRun
from xiangshan.metrics.models.sharing import BriefMail, Favourite, ShareLink
from xiangshan.metrics.models.targets import Target
