"""What stands on the documents of this app: decision letters, and what a project came to."""

import io
import zipfile

from projects.models import Programme, SupportProject
from xiangshan.core.areas.counties import county_at
from xiangshan.core.money import as_yuan
from xiangshan.shared.formatting import foot_of, in_words, yuan_in_full
from xiangshan.shared.rendering import Section, write_docx, write_pdf


def letter_number(project: SupportProject) -> str:
    return county_at(project.organization.area_id).number("project", project.year, project.pk)


def letter_sections(project: SupportProject) -> list[Section]:
    """结果通知书: what was decided, how much, and why."""
    programme = project.programme
    granted = project.status != SupportProject.Status.DECLINED
    facts = [
        ("申报组织", project.organization.name),
        ("项目", project.title),
        ("年度计划", f"{programme}（{project.year} 年度）" if programme else "—"),
        ("结果", "批准立项" if granted else "未入选"),
    ]
    if granted:
        facts.append(("资助金额", yuan_in_full(project.granted_amount) if project.granted_amount else "不含资金"))
        given = [str(support) for support in project.supports.all() if support.is_granted]
        facts.append(("同意的扶持", "；".join(given) or "—"))
        facts.append(("项目期", f"{in_words(project.starts_on)}至{in_words(project.ends_on)}"))
    if project.decision_reason:
        facts.append(("意见", project.decision_reason))
    text = (
        "请按申报的计划实施，按期提交进展报告；资金按里程碑分期拨付，未使用的结项时退还。"
        if granted
        else "感谢申报。可在结果公布后向县总工会了解评审意见，欢迎下一年度再次申报。"
    )
    return [
        Section("通知", facts=facts),
        Section(
            "",
            text=f"{project.organization.name}:\n{text}\n\n{county_at(project.organization.area_id)}\n{in_words(project.decided_on)}",
        ),
    ]


def letters(programme: Programme) -> bytes:
    """All letters of a programme as one zip, Word and PDF of each."""
    decided = programme.projects.filter(decided_on__isnull=False).select_related("organization", "programme")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for project in decided.prefetch_related("supports").order_by("pk"):
            title, foot = f"{project}结果通知书", foot_of(letter_number(project), project.organization.area_id)
            sections = letter_sections(project)
            name = f"{project.organization.name}-{letter_number(project)}"
            archive.writestr(f"{name}.docx", write_docx(title, sections, foot))
            archive.writestr(f"{name}.pdf", write_pdf(title, sections, foot))
    return packed.getvalue()


def summary_sections(project: SupportProject, output: dict[str, int]) -> list[Section]:
    """项目小结 for whoever asks what the money led to: no names of people in it. `output`: sessions and workers, verified."""
    completion = getattr(project, "completion", None)
    items = [
        Section(
            "项目",
            facts=[
                ("实施组织", project.organization.name),
                ("项目期", f"{in_words(project.starts_on)}至{in_words(project.ends_on)}"),
                ("目标", project.goal or "—"),
                ("资助金额", as_yuan(project.granted_amount)),
            ],
        ),
        Section(
            "做了什么",
            facts=[
                ("核实的活动场次", f"{output['sessions']}（计划 {project.planned_sessions}）"),
                ("服务人次", f"{output['workers']}（计划 {project.planned_workers}）"),
            ],
        ),
        Section(
            "里程碑",
            heads=("里程碑", "应达成", "达成"),
            rows=[
                (milestone.title, str(milestone.due_on), str(milestone.reached_on or milestone.state_text))
                for milestone in project.milestones.all()
            ]
            or [("没有设里程碑", "—", "—")],
        ),
    ]
    if completion is not None:
        lines = [(line.title, as_yuan(line.requested), as_yuan(line.spent)) for line in project.lines.all()]
        total = ("合计", as_yuan(project.requested_amount), as_yuan(completion.spent))
        items += [
            Section("结果", facts=[("目标达成", completion.reached), ("结论", completion.get_verdict_display())]),
            Section("资金", heads=("预算项目", "预算", "实际使用"), rows=[*lines, total]),
            Section(
                "",
                facts=[
                    ("拨付", as_yuan(completion.paid)),
                    ("使用", as_yuan(completion.spent)),
                    ("已退还", as_yuan(completion.returned)),
                ],
                keep_together=True,
            ),
        ]
    return items
