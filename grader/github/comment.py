"""What a student reads on a pull request: the comment, the check run, the job's summary."""

from collections import Counter
from collections.abc import Iterator, Sequence

from grader.amounts import counted, in_points, percent, scored
from grader.course.assignment import Assignment
from grader.curves import charts, remarks
from grader.github.markdown import BUDGET, folded_away, table, within_budget
from grader.github.seal import MARK, Sealed
from grader.harmless import escape_md, fenced, in_markdown
from grader.result import AssignmentResult, CheckResult, SubmissionResult, Verdict

UNSIGNED = f"{MARK} - -->"
"""The hidden line of a comment that carries no result."""

_MARKS = {
    Verdict.PASSED: "✅",
    Verdict.NOT_IMPLEMENTED: "⬜",
    Verdict.SKIPPED: "⬜",
    Verdict.INTERNAL_ERROR: "🛠️",
}
_WORDS = {
    Verdict.SKIPPED: "not started",
    Verdict.NOT_IMPLEMENTED: "not written yet",
    Verdict.INTERNAL_ERROR: "not graded",
}

_FEW = 3
"""Checks of one fault up to which each has a line of its own."""

CUT = "_The rest did not fit here; it is in the summary of the grading run._"

_STAFF = "The author is in no group: staff's own, which counts for nobody."

_NOBODY = (
    "The author's login is in no group. The comment on the pull request, which follows, says "
    "whether it counts, and what to do."
)

_ADVISORY = (
    "These are the public checks alone, and they count for nothing. Staff grade this pull request "
    "with all checks; the comment on it, which follows, says what counts."
)

OUR_FAULT = (
    "The grader failed, not your code. Nothing is recorded, your earlier results stand, and staff "
    "can see it. You need to do nothing."
)


def result_body(
    newest: SubmissionResult,
    sealed: Sealed,
    line: str,
    titles: Sequence[Assignment],
    counts: float,
) -> str:
    """The comment for the newest result.

    Args:
        newest: of the latest push.
        sealed: what is signed, and `line`, its hidden line.
        line: see `sealed`.
        titles: the assignments.
        counts: the points that count of all attempts here.
    """
    parts = [
        f"### {in_points(counts, newest.points)} count now",
        f"This push: **{in_points(newest.score, newest.points)}**. "
        f"Attempt {sealed.number} of **{in_markdown(sealed.member)}**, "
        f"commit `{sealed.head[:7]}`, graded {newest.graded_at:%Y-%m-%d %H:%M} UTC.",
        _overview(newest, titles),
        *_details(newest),
        *_training(newest),
        *_notices(newest),
        folded_away("Attempts", _history(sealed)),
        "Push again and this comment is updated. What counts in the end is in the course's report, "
        "which also knows your other pull requests and what staff have set.",
    ]
    return line + "\n" + within_budget(parts, BUDGET - len(line) - 1, CUT)


def notice_body(line: str, heading: str, sentences: Sequence[str]) -> str:
    """The comment when there is no result to show; the sentences are Markdown."""
    return line + "\n" + within_budget([f"### {heading}", *sentences], BUDGET - len(line) - 1, CUT)


def unknown_author(login: str) -> tuple[str, list[str]]:
    """Heading and sentences for someone whose login is not in the roster; empty: who is gone."""
    if not login:
        return "Not graded: the account was deleted", [
            "The account that opened this pull request does not exist any more, so there is nobody "
            "to grade this for. Open a new pull request with the account that is in `groups.yaml`."
        ]
    return "Not graded yet: who are you?", [
        f"The login `{in_markdown(login)}` is in no group, so there is nobody to grade this for.",
        "Ask your instructor to add it to your name in `groups.yaml` (`github: your-login`), or to "
        "correct it there; if you have renamed your account, say so. Then push again, or close and "
        "reopen this pull request, and the result appears here.",
    ]


def other_base(base: str, default: str) -> tuple[str, list[str]]:
    """Heading and sentences for a pull request against another branch than the course's."""
    return "Not graded: another branch", [
        f"This pull request is against the branch `{in_markdown(base)}`. Solutions are counted on "
        f"`{in_markdown(default)}` only: *Edit* beside the title changes the branch. Then push "
        "again, or close and reopen this pull request."
    ]


def concerns(head: str) -> str:
    """The sentence by which a notice says which commit it is about."""
    return f"This is about commit `{head[:7]}`."


def not_authoritative(foreign: Sequence[str], head: str, limit: int = 10) -> tuple[str, list[str]]:
    """Heading and sentences for a commit that changes more than the students' files."""
    files = [f"- {in_markdown(name, 120)}" for name in foreign[:limit]]
    if len(foreign) > limit:
        files.append(f"- and {len(foreign) - limit} more")
    return "Not counted: other files were changed", [
        "A result counts only when a pull request changes nothing but the files you are asked to "
        "edit. This one also changes:",
        "\n".join(files),
        concerns(head),
        "Take them out and push again. With the course's repository as `upstream` (`git remote add "
        "upstream URL`, `git fetch upstream`), for each file: `git checkout $(git merge-base HEAD "
        "upstream/main) -- FILE`, or `git rm FILE` for a new one; then commit. Earlier results "
        "stand.",
    ]


def summary(
    result: SubmissionResult | None,
    login: str,
    titles: Sequence[Assignment],
    *,
    staff: bool = False,
    advisory: bool = False,
) -> str:
    """The job's summary: the result with the program's own output, unsigned.

    Args:
        result: None where the account is gone.
        login: whose pull request it is; a result without a member is that of nobody in the roster.
        titles: the assignments.
        staff: whether the author is of those who run the repository.
        advisory: whether these are the public checks alone, and staff grade elsewhere.
    """
    if result is None:
        heading, sentences = unknown_author(login)
        return "\n\n".join([f"### {heading}", *sentences]) + "\n"
    if result.internal_error:
        return f"### Not graded\n\n{OUR_FAULT}\n"
    parts = [
        f"### {in_points(result.score, result.points)}",
        *([_ADVISORY] if advisory else []),
        *([_STAFF if staff else _NOBODY] if result.member is None else []),
        _overview(result, titles),
        *_details(result),
        *_training(result),
        *_notices(result),
    ]
    for one in result.assignments:
        if one.output.strip():
            parts.append(folded_away(f"{one.id}: your program printed", fenced(one.output)))
    return within_budget(parts, 900_000, CUT)


def check_run_text(result: SubmissionResult) -> tuple[str, str, str]:
    """Conclusion, title and summary of the check run."""
    done = all(one.verdict in (Verdict.PASSED, Verdict.SKIPPED) for one in result.assignments)
    conclusion = "success" if done and result.score > 0 else "neutral"
    title = f"{in_points(result.score, result.points)}"
    return conclusion, title, _overview(result, ())


def _overview(result: SubmissionResult, titles: Sequence[Assignment]) -> str:
    title_of = {assignment.id: assignment.title for assignment in titles}
    rows = [
        (
            _MARKS.get(one.verdict, "❌"),
            in_markdown(title_of.get(one.id, one.id)),
            in_markdown(_said(one.verdict)),
            scored(one.score, one.points),
            _metrics(one),
        )
        for one in result.assignments
    ]
    if not any(metrics for *_, metrics in rows):
        return table(("", "assignment", "verdict", "points"), [row[:-1] for row in rows], "<<<>")
    return table(("", "assignment", "verdict", "points", "reached"), rows, "<<<>")


def _metrics(one: AssignmentResult) -> str:
    accuracy = one.metrics.get("accuracy")
    return f"accuracy {percent(accuracy, 1)}" if isinstance(accuracy, float) else ""


def _details(result: SubmissionResult) -> list[str]:
    """For each assignment what did not pass and why, what passed as a count."""
    parts = []
    for one in result.assignments:
        if one.verdict in (Verdict.PASSED, Verdict.SKIPPED):
            continue
        open_checks = [c for c in one.checks if c.verdict is not Verdict.PASSED]
        passed = len(one.checks) - len(open_checks)
        head = f"{one.id}: {passed} of {counted(len(one.checks), 'check')} pass"
        parts.append(folded_away(head, "\n".join(_listed(open_checks))))
    return parts


def _listed(checks: Sequence[CheckResult]) -> Iterator[str]:
    """What did not pass; many checks of one fault, which is told once, are one line."""
    elsewhere = [c.feedback.got if c.feedback and c.feedback.repeats else "" for c in checks]
    numbers = Counter(filter(None, elsewhere))
    told = set()
    for check, got in zip(checks, elsewhere, strict=True):
        if numbers[got] <= _FEW:
            yield _check(check)
        elif got not in told:
            told.add(got)
            mark = _MARKS.get(check.verdict, "❌")
            yield f"- {mark} **{numbers[got]} more checks**: {escape_md(got)}"


def _check(check: CheckResult) -> str:
    mark = _MARKS.get(check.verdict, "❌")
    lines = [f"- {mark} **{in_markdown(check.title)}** ({in_markdown(_said(check.verdict))})"]
    feedback = check.feedback
    if feedback is None or check.verdict in (Verdict.NOT_IMPLEMENTED, Verdict.SKIPPED):
        return lines[0]
    if feedback.repeats:
        return f"{lines[0]}: {escape_md(feedback.got)}"
    for label, text in (
        ("asked", feedback.asked),
        ("got", feedback.got),
        ("**looks like**", feedback.diagnosis),
        ("try", feedback.hint),
    ):
        if text:
            lines.append(f"  - {label}: {escape_md(text, 800)}")
    return "\n".join(lines)


def _training(result: SubmissionResult) -> list[str]:
    """A small chart of each curve of a training run, and what it tells."""
    parts = []
    for one in result.assignments:
        drawn = list(charts(one.id, one.metrics))
        said = [f"- {escape_md(remark)}" for remark in remarks(one.id, one.metrics)]
        width = max((len(name) for name, _ in drawn), default=0)
        lines = "\n".join(f"{name:<{width}}  {chart}" for name, chart in drawn)
        if drawn or said:
            body = "\n\n".join(
                [*([fenced(lines)] if drawn else []), *(["\n".join(said)] if said else [])]
            )
            parts.append(folded_away(f"{one.id}: training", body))
    return parts


def _notices(result: SubmissionResult) -> list[str]:
    return (
        ["\n".join(f"- {in_markdown(notice)}" for notice in result.notices)]
        if result.notices
        else []
    )


def _history(sealed: Sealed) -> str:
    rows = [
        (
            str(sealed.number - i),
            f"`{line.commit[:7]}`",
            f"{line.graded_at:%Y-%m-%d %H:%M}",
            scored(line.score, line.points),
        )
        for i, line in enumerate(sealed.history)
    ]
    return table(("attempt", "commit", "graded (UTC)", "points"), rows, "<<<>")


def _said(verdict: Verdict) -> str:
    return _WORDS.get(verdict, verdict.value.replace("_", " "))
