"""What people read in a terminal: results and feedback, at any width from 60 columns up."""

from collections.abc import Mapping

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


def check_lines(result: CheckResult) -> RenderableType:
    """One check: a line, and under it the feedback where it did not pass."""
    mark, style = _MARK[result.verdict]
    line = Text.assemble((f"{mark} ", style), f"task {result.task}: {result.title}")
    feedback = result.feedback
    if feedback is not None and result.verdict is Verdict.NOT_IMPLEMENTED:
        line.append(f"  {on_one_line(feedback.got)}", style)
    elif result.verdict not in (Verdict.PASSED, Verdict.FAILED):
        line.append(f"  {result.verdict.words}", style)
    if feedback is not None and feedback.repeats:
        line.append(f": {on_one_line(feedback.got)}", style)
        return line
    if feedback is None or result.verdict in (Verdict.NOT_IMPLEMENTED, Verdict.SKIPPED):
        return line
    rows = Table.grid(padding=(0, 1))
    rows.add_column(style="dim", no_wrap=True)
    rows.add_column()
    for label, text in feedback.parts:
        rows.add_row(label, Text(on_one_line(text), "bold" if label == "looks like" else ""))
    return Group(line, Padding(rows, (0, 0, 0, 4)))


def assignment_block(result: AssignmentResult) -> RenderableType:
    """One assignment with its checks; one not handed in is a single line."""
    _, style = _MARK[result.verdict]
    head = Text.assemble(
        (f"{result.id}", "bold"), f"  {scored(result.score, result.points)}  ",
        (result.verdict.words, style),
    )  # fmt: skip
    if result.verdict is Verdict.SKIPPED:
        return head
    lines: list[RenderableType] = [Padding(check_lines(check), (0, 0, 0, 2))
                                   for check in result.checks]  # fmt: skip
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
    parts += [Text(line, "dim") for line in dataset_lines(result.environment.dataset)]
    parts += [Text(f"notice: {on_one_line(notice)}", "dim") for notice in result.notices]
    total = Text(f"{in_points(result.score, result.points)}", "bold")
    return Group(*parts, total)


def dataset_lines(datasets: Mapping[str, str]) -> list[str]:
    """Which data a data set's models were judged on, where others stand in for its own."""
    return [
        f"Held-out data: {data} in place of {name} (no GRADER_DATA)"
        for name, data in datasets.items()
        if name != data
    ]


def submission_line(result: SubmissionResult) -> Text:
    """A result in one line, for long lists: the total, and a mark for each assignment."""
    line = Text(f"{points(result.score, result.points):>5}/{points(result.points)}  ")
    for assignment in result.assignments:
        mark, style = _MARK[assignment.verdict]
        line.append(f"{mark} ", style)
    return line
