"""What an application still lacks, said in words its writer can act on."""

from projects.models import Support, SupportProject
from xiangshan.core.money import as_yuan


def missing_of(project: SupportProject) -> list[str]:
    """Empty where it may be sent. Reads the application's rows: four queries."""
    lines, supports = list(project.lines.all()), list(project.supports.all())
    milestones, papers = list(project.milestones.all()), list(project.papers.select_related("attachment"))
    missing = []
    if not project.goal.strip():
        missing.append("项目目标没有填写")
    if not project.plan.strip():
        missing.append("实施计划没有填写")
    if project.starts_on is None or project.ends_on is None:
        missing.append("项目起止日期没有填写")
    else:
        first, last = project.starts_on, project.ends_on
        missing += [
            f"里程碑“{milestone}”不在项目期内" for milestone in milestones if not first <= milestone.due_on <= last
        ]
    if not milestones:
        missing.append("至少要有一个里程碑")
    if not supports:
        missing.append("没有写需要哪种扶持")
    asks_money = any(support.kind == Support.Kind.MONEY for support in supports)
    if asks_money and not lines:
        missing.append("申请资金须列出预算明细")
    if asks_money and lines and not project.requested_amount:
        missing.append("预算明细里没有申请资助的金额")
    if project.requested_amount and not asks_money:
        missing.append("预算明细里有申请资助，请在“需要的扶持”里加一行资金")
    if project.programme is not None and project.requested_amount > project.programme.budget:
        missing.append(f"申请金额超过计划总预算 {as_yuan(project.programme.budget)}")
    due = SupportProject.PAPERS_WITH_APPLICATION
    missing += [f"材料“{paper}”没有上传" for paper in papers if paper.due == due and not paper.is_there]
    return missing
