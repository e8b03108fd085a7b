"""What is published: the public form of a report as GitHub's Markdown."""

from grader.amounts import changed, counted, filled, in_points, percent, points
from grader.harmless import in_markdown
from grader.report.model import PublicGroup, PublicReport
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
    for group in sorted(report.groups, key=lambda one: (one.rank is None, one.rank or 0)):
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


def render_group(report: PublicReport, name: str) -> str:
    """One group's part: what its issue says. `name` is the group's, as in the report."""
    group = next(one for one in report.groups if one.group == name)
    lines = [f"## Group {in_markdown(group.group)}: progress", ""]
    if group.progress is None or group.score is None:
        lines += [_withheld(group)]
    else:
        lines += [
            f"**{percent(group.progress)}**: {in_points(group.score, group.points)}, "
            f"the {report.aggregate} of {counted(group.counted, 'member')}.",
        ]
        if group.change:
            lines[-1] += f" {_change(group)} since {report.since:%Y-%m-%d}."
        lines += [
            "",
            _line(["assignment", report.aggregate, "of", ""]),
            _line([":--", "--:", "--:", ":--"]),
        ]
        for one in group.assignments:
            share = one.score / one.points if one.points else 0.0
            cells = [
                in_markdown(one.id.replace("_", " ")),
                points(one.score, one.points),
                points(one.points),
                _bar(share),
            ]
            lines.append(_line(cells))
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


def _withheld(group: PublicGroup) -> str:
    members = "1 member is" if group.counted == 1 else f"{group.counted} members are"
    return (
        f"{members} counted in this group: too few for a figure, because it would reveal one "
        "person. Ask your instructor for your own score."
    )


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _bar(share: float) -> str:
    full = filled(min(share, 1.0), BAR)
    return f"`{'█' * full}{'░' * (BAR - full)}` {percent(share)}"


def _change(group: PublicGroup) -> str:
    return "–" if not group.change else f"{changed(group.change)}%"
