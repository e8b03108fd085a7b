"""What is published: the public form of a report as GitHub's Markdown."""

from grader.amounts import changed, filled, percent, points
from grader.harmless import in_markdown
from grader.report.model import PublicGroup, PublicReport, best_first
from grader.report.privacy import FEWEST
from grader.report.rule import sentences

BAR = 10
"""Characters of a full bar."""


def render_markdown(report: PublicReport) -> str:
    """Every group in one table, best first."""
    ids = next((g.assignments for g in report.groups if not g.withheld), ())
    change = report.since is not None
    head = ["#", "group", "n", report.aggregate, *(["change"] if change else [])]
    lines = [
        f"## {in_markdown(report.course)}: progress of the groups",
        "",
        _line([*head, *(in_markdown(one.id.replace("_", " ")) for one in ids)]),
        _line(["--:", ":--", "--:", ":--", *(["--:"] if change else []), *("--:" for _ in ids)]),
    ]
    for group in best_first(report.groups):
        figures = (
            ["withheld", *([""] if change else []), *("" for _ in ids)]
            if group.progress is None
            else [
                _bar(group.progress),
                *([_change(group)] if change else []),
                *(points(one.score, one.points) for one in group.assignments),
            ]
        )
        rank = "" if group.rank is None else str(group.rank)
        lines.append(_line([rank, in_markdown(group.group), str(group.counted), *figures]))
    return "\n".join([*lines, "", *_footer(report)]) + "\n"


def _footer(report: PublicReport) -> list[str]:
    withheld = any(group.withheld for group in report.groups)
    words = [*sentences(report)]
    if withheld:
        words.append(
            f"Figures of groups with fewer than {max(FEWEST, report.policy.minimum)} counted "
            "members are withheld, because they would reveal one person."
        )
    since = f", changes since {report.since:%Y-%m-%d %H:%M} UTC" if report.since else ""
    return [f"<sub>{' '.join(words)} As of {report.generated_at:%Y-%m-%d %H:%M} UTC{since}.</sub>"]


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _bar(share: float) -> str:
    full = filled(min(share, 1.0), BAR)
    return f"`{'█' * full}{'░' * (BAR - full)}` {percent(share)}"


def _change(group: PublicGroup) -> str:
    return "–" if not group.change else f"{changed(group.change)}%"
