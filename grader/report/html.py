"""The report as one HTML file that asks nothing of the network."""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from grader.amounts import changed, percentage, points
from grader.curves import Metrics
from grader.gradebook import Outcome
from grader.harmless import in_a_log, on_one_line
from grader.report.build import CourseReport
from grader.report.model import (
    AssignmentProgress,
    GroupProgress,
    MemberAssignment,
    PublicAssignment,
    PublicGroup,
    best_first,
)
from grader.report.rule import sentences
from grader.report.training import training_rows
from grader.report.view import (
    chart,
    hardest_checks,
    heat,
    packed,
    spark,
)

if TYPE_CHECKING:
    from jinja2 import Environment


def render_html(
    report: CourseReport,
    outcomes: Sequence[Outcome],
    *,
    staff: bool,
    metrics: Mapping[tuple[int, str], Metrics] | None = None,
) -> str:
    """The page: groups, assignments, progress over time, hardest checks, and what changed.

    Args:
        report: what to show.
        outcomes: how the checks ended in the attempts that count.
        staff: show spreads and members too; without it the page is made of the public form.
        metrics: by attempt and assignment, for the training curves that staff see.

    Raises:
        ConfigurationError: the public form of a minimum or maximum.
    """
    lines = report.over_time()
    head = report.report if staff else report.public
    groups: Sequence[GroupProgress | PublicGroup] = best_first(head.groups)
    shown = {group.group for group in groups if group.progress is not None}
    lines = {name: line for name, line in lines.items() if name in shown}
    environment = _environment()
    rows: Any = environment.get_template("rows.html.j2").module
    since, members = head.since is not None, report.members if staff else ()
    assignments = [(one.id, one.points) for one in report.report.groups[0].assignments]
    style = _part(environment, "report.css")
    script = _part(environment, "report.js")
    page = environment.get_template("report.html.j2").render(
        report=head,
        assignments=assignments,
        staff=staff,
        groups=groups,
        group_rows=packed(rows.group_row(g, lines.get(g.group), staff, since) for g in groups),
        heat_rows=packed(rows.heat_row(group, assignments) for group in groups),
        member_rows=packed(rows.member_row(member) for member in members),
        chart=chart(lines),
        changes=sorted(
            (group for group in groups if group.change), key=lambda group: -abs(group.change or 0)
        ),
        hardest=hardest_checks(outcomes, staff=staff),
        remarks=report.remarks if staff else (),
        training=training_rows(members, metrics or {}),
        sentences=sentences(head),
        style=Markup(style),
        script=Markup(script),
        style_hash=_hash(style),
        script_hash=_hash(script),
    )
    return page + "\n"


def _environment() -> "Environment":
    # Only a page needs jinja, and it takes a while to import.
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("grader.report"),
        autoescape=True,
        finalize=_harmless,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "cell": _cell,
        "changed": changed,
        "lang": _lang,
        "percentage": percentage,
        "points": points,
        "spark": spark,
    }
    return environment


def _part(environment: "Environment", name: str) -> str:
    assert environment.loader is not None
    return environment.loader.get_source(environment, name)[0]


def _hash(text: str) -> str:
    """As a content security policy names what may run in a page."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _harmless(value: object) -> object:
    """What stands in the page; jinja escapes it after that."""
    return _clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@lru_cache(1 << 14)  # a name, a group, a figure stands in many rows
def _clean(text: str) -> str:
    return in_a_log(on_one_line(text))


def _cell(one: PublicAssignment | AssignmentProgress | MemberAssignment, note: str = "") -> Markup:
    """A score as a cell of the heat map; Python writes it, because a page has tens of thousands."""
    if one.score is None:
        shown, value, share = "–", "", None
    else:
        shown, value = points(one.score, one.points), repr(one.score)
        share = one.score / one.points if one.points else None
    told = str(_harmless(note))
    why = Markup('<span class="note" title="{}">*<span class="unseen"> {}</span></span>')
    mark = why.format(told, told) if note else ""
    return Markup(f'<td class="num heat {heat(share)}" data-v="{value}">{shown}{mark}</td>')


def _lang(text: str) -> Markup:
    """The attribute that tells a screen reader how to pronounce Hangul."""
    return Markup(' lang="ko"') if re.search("[\u1100-\u11ff\uac00-\ud7a3]", text) else Markup("")
