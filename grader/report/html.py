"""The report as one HTML file that asks nothing of the network."""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from grader.amounts import changed, percentage, points
from grader.curves import Metrics
from grader.gradebook import Outcome
from grader.harmless import in_a_log, on_one_line
from grader.report.build import CourseReport
from grader.report.model import GroupProgress, PublicGroup, best_first
from grader.report.rule import sentences
from grader.report.training import training_rows
from grader.report.view import (
    chart,
    hardest_checks,
    heat,
    spark,
)


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
    environment = Environment(
        loader=PackageLoader("grader.report"),
        autoescape=True,
        finalize=_harmless,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "changed": changed,
        "heat": heat,
        "lang": _lang,
        "percentage": percentage,
        "points": points,
        "spark": spark,
    }
    style = _part(environment, "report.css")
    script = _part(environment, "report.js")
    page = environment.get_template("report.html.j2").render(
        report=head,
        assignments=[(one.id, one.points) for one in report.report.groups[0].assignments],
        staff=staff,
        groups=groups,
        lines=lines,
        chart=chart(lines),
        changes=sorted(
            (group for group in groups if group.change), key=lambda group: -abs(group.change or 0)
        ),
        hardest=hardest_checks(outcomes, staff=staff),
        members=report.members if staff else [],
        remarks=report.remarks if staff else (),
        training=training_rows(report.members, metrics or {}) if staff else [],
        sentences=sentences(head),
        style=Markup(style),
        script=Markup(script),
        style_hash=_hash(style),
        script_hash=_hash(script),
    )
    return page + "\n"


def _part(environment: Environment, name: str) -> str:
    assert environment.loader is not None
    return environment.loader.get_source(environment, name)[0]


def _hash(text: str) -> str:
    """As a content security policy names what may run in a page."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _harmless(value: object) -> object:
    """What stands in the page; jinja escapes it after that."""
    return (
        in_a_log(on_one_line(value))
        if isinstance(value, str) and not isinstance(value, Markup)
        else value
    )


def _lang(text: str) -> Markup:
    """The attribute that tells a screen reader how to pronounce Hangul."""
    return Markup(' lang="ko"') if re.search("[\u1100-\u11ff\uac00-\ud7a3]", text) else Markup("")
