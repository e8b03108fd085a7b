"""JUnit XML, as pytest writes it and most systems read it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from xml.etree import ElementTree as ET

from grader.export.check_summary import check_summary
from grader.export.counted import Counted
from grader.harmless import in_a_log, on_one_line
from grader.result import AssignmentResult, CheckResult, SubmissionResult, Verdict


def to_junit(results: Sequence[SubmissionResult]) -> str:
    """The XML of results: a suite for each member and assignment, a case for each check."""
    return _document(
        (result.member, assignment, result.graded_at)
        for result in results
        for assignment in result.assignments
    )


def counted_to_junit(counted: Iterable[Counted]) -> str:
    """The same of what counts of each member."""
    return _document(
        (one.member.key, work.result, work.attempt.graded_at)
        for one in counted
        for work in one.work
        if work.result is not None and work.attempt is not None
    )


def _document(results: Iterable[tuple[str | None, AssignmentResult, datetime]]) -> str:
    root = ET.Element("testsuites", name="grader")
    for member, assignment, graded_at in results:
        verdicts = [check.verdict for check in assignment.checks]
        suite = ET.SubElement(
            root,
            "testsuite",
            name=_shown(" ".join(filter(None, [member, assignment.id]))),
            tests=str(len(verdicts)),
            failures=str(sum(_outcome(v) == "failure" for v in verdicts)),
            errors=str(sum(_outcome(v) == "error" for v in verdicts)),
            skipped=str(sum(_outcome(v) == "skipped" for v in verdicts)),
            time=f"{assignment.seconds:.3f}",
            timestamp=graded_at.isoformat(),
        )
        for check in assignment.checks:
            _add_case(suite, assignment.id, check)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _add_case(suite: ET.Element, assignment: str, check: CheckResult) -> None:
    case = ET.SubElement(
        suite,
        "testcase",
        classname=assignment,
        name=_shown(check.title),
        time=f"{check.seconds:.3f}",
    )
    outcome = _outcome(check.verdict)
    if outcome is not None:
        got = check.feedback.got if check.feedback else check.verdict.value
        told_so = ET.SubElement(case, outcome, type=check.verdict.value, message=_shown(got))
        # The message is what a list of failures shows; the text is what one reads who opens it.
        told_so.text = in_a_log("\n".join(check_summary(check)))


def _outcome(verdict: Verdict) -> str | None:
    match verdict:
        case Verdict.PASSED:
            return None
        case Verdict.SKIPPED | Verdict.NOT_IMPLEMENTED:
            return "skipped"
        case Verdict.FAILED | Verdict.FORBIDDEN:
            return "failure"
        case _:
            return "error"


def _shown(text: str) -> str:
    """On one line: XML has no control characters, and the file may be printed in a log."""
    return in_a_log(on_one_line(text))
