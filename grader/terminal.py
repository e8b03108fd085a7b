"""What people read in a terminal: results and feedback, at any width from 60 columns up."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from grader.amounts import in_points, percent, points, scored
from grader.curves import charts, remarks
from grader.harmless import on_one_line
from grader.result import AssignmentResult, CheckResult, SubmissionResult, Verdict

_MARK = {
    Verdict.PASSED: ("✓", "green"),
    Verdict.FAILED: ("✗", "red"),
    Verdict.NOT_IMPLEMENTED: ("·", "dim"),
    Verdict.ERRORED: ("!", "red"),
    Verdict.TIMED_OUT: ("⏱", "red"),
    Verdict.OUT_OF_MEMORY: ("!", "red"),
    Verdict.FORBIDDEN: ("✗", "yellow"),
    Verdict.SKIPPED: ("-", "dim"),
    Verdict.INTERNAL_ERROR: ("?", "magenta"),
}

DATASETS = {
    "mnist": "MNIST's 10,000 test images",
    "digits": "scikit-learn's, in place of MNIST (no GRADER_DATA)",
}


def check_lines(result: CheckResult) -> RenderableType:
    """One check: a line, and under it the feedback where it did not pass."""
    mark, style = _MARK[result.verdict]
    line = Text.assemble((f"{mark} ", style), result.title)
    if result.verdict not in (Verdict.PASSED, Verdict.FAILED):
        line.append(f"  {said(result.verdict)}", style)
    feedback = result.feedback
    if feedback is None or result.verdict in (Verdict.NOT_IMPLEMENTED, Verdict.SKIPPED):
        return line
    rows = Table.grid(padding=(0, 1))
    rows.add_column(style="dim", no_wrap=True)
    rows.add_column()
    rows.add_row("asked", Text(on_one_line(feedback.asked)))
    rows.add_row("got", Text(on_one_line(feedback.got)))
    if feedback.diagnosis:
        rows.add_row("looks like", Text(on_one_line(feedback.diagnosis), "bold"))
    if feedback.hint:
        rows.add_row("try", Text(on_one_line(feedback.hint)))
    return Group(line, Padding(rows, (0, 0, 0, 4)))


def assignment_block(result: AssignmentResult) -> RenderableType:
    """One assignment with its checks; one not handed in is a single line."""
    _, style = _MARK[result.verdict]
    head = Text.assemble(
        (f"{result.id}", "bold"), f"  {scored(result.score, result.points)}  ",
        (said(result.verdict), style),
    )  # fmt: skip
    if result.verdict is Verdict.SKIPPED:
        return head
    lines: list[RenderableType] = [Padding(check_lines(check), (0, 0, 0, 2))
                                   for check in _once(result.checks)]  # fmt: skip
    lines.append(Padding(training_lines(result), (0, 0, 0, 2)))
    return Group(head, *lines)


def training_lines(result: AssignmentResult) -> RenderableType:
    """Accuracies, a chart of each curve of the training, and what they tell."""
    lines: list[RenderableType] = []
    for name, value in result.metrics.items():
        if name.startswith("accuracy") and isinstance(value, float):
            lines.append(Text(f"{name.replace('_', ' ')} {percent(value, 1)}", "dim"))
    rows = Table.grid(padding=(0, 1))
    rows.add_column(style="dim", no_wrap=True)
    rows.add_column()
    for name, chart in charts(result.id, result.metrics):
        rows.add_row(name, Text(chart, "dim"))
    for remark in remarks(result.id, result.metrics):
        rows.add_row("remark", Text(remark))
    return Group(*lines, rows) if rows.row_count else Group(*lines)


def submission_block(result: SubmissionResult) -> RenderableType:
    """A whole result: assignments, notices, the total."""
    parts: list[RenderableType] = [assignment_block(a) for a in result.assignments]
    if stand_in := result.environment.dataset.get("mnist"):
        parts.append(Text(f"held-out digits: {DATASETS[stand_in]}", "dim"))
    parts += [Text(f"notice: {on_one_line(notice)}", "dim") for notice in result.notices]
    total = Text(f"{in_points(result.score, result.points)}", "bold")
    return Group(*parts, total)


def submission_line(result: SubmissionResult) -> Text:
    """A result in one line, for long lists: the total, and a mark for each assignment."""
    line = Text(f"{points(result.score, result.points):>5}/{points(result.points)}  ")
    for assignment in result.assignments:
        mark, style = _MARK[assignment.verdict]
        line.append(f"{mark} ", style)
    return line


def said(verdict: Verdict) -> str:
    """A verdict in plain words."""
    return {Verdict.SKIPPED: "not handed in", Verdict.NOT_IMPLEMENTED: "not written yet"}.get(
        verdict, verdict.value.replace("_", " ")
    )


def _once(checks: Sequence[CheckResult]) -> list[CheckResult]:
    """The checks; of those that report the very same fault, only the first shows its feedback."""
    seen: set[str] = set()
    shown = []
    for check in checks:
        got = check.feedback.got if check.feedback else None
        repeated = got is not None and check.verdict is not Verdict.FAILED and got in seen
        shown.append(check.model_copy(update={"feedback": None}) if repeated else check)
        seen.add(got or "")
    return shown
