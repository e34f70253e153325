"""Which records of this app carry files, comments and a history."""

from projects import rules
from projects.models import SupportProject
from xiangshan.subjects import Subject, offer

offer(Subject(SupportProject, rules.can_file_project, "projects:project_detail"))
