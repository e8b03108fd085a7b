"""From a submission to its result, through a real jail."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent

import pytest
from timeless import timeless

from grader.checking.datasets import WORKER_SEEDS
from grader.cli.common import now
from grader.course.assignment import Assignment, load_assignments
from grader.course.submission import Submission, read_submission
from grader.errors import ConfigurationError
from grader.grading import Grader, open_context
from grader.plan import HIDDEN, Plan
from grader.pools.parallel import grade_in_parallel
from grader.pools.serial import grade_serially
from grader.result import CheckResult, SubmissionResult, Verdict
from grader.sandbox.host.sandbox import Sandbox
from grader.stopwatch import Stopwatch

CHECKOUT = Path(__file__).parents[2]
REFERENCE = CHECKOUT / "tests" / "specimens" / "softmax" / "passed" / "reference" / "softmax.py"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """A sandbox like the one that grading uses."""
    with Sandbox(denied_paths=[HIDDEN.parent, CHECKOUT / "tests"]) as opened:
        yield opened


@pytest.fixture(scope="module")
def softmax() -> Assignment:
    """The first assignment, with little time for code that never ends."""
    [found] = [a for a in load_assignments(CHECKOUT / "assignments") if a.id == "softmax"]
    limits = found.limits.model_copy(update={"seconds": 5.0})
    return found.model_copy(update={"limits": limits})


@pytest.fixture
def run(sandbox: Sandbox, softmax: Assignment) -> Callable[..., SubmissionResult]:
    """Grade one source as softmax.py."""

    def graded(
        source: str | bytes, checks: Path | None = HIDDEN, seed: int = 1
    ) -> SubmissionResult:
        content = source if isinstance(source, bytes) else dedent(source).encode()
        submission = Submission(member="ada", files={"softmax": {"softmax.py": content}})
        found = Grader(Plan([softmax], checks, seed), sandbox, now=now).grade(submission)
        assert not found.faults
        return found.result

    return graded


def verdicts(result: SubmissionResult) -> dict[str, Verdict]:
    """Each check's verdict by the check's name."""
    return {c.id.partition(".")[2]: c.verdict for a in result.assignments for c in a.checks}


def test_the_untouched_stubs_earn_nothing(sandbox: Sandbox) -> None:
    """All checks of all stubs are not_implemented, none of the points is earned."""
    assignments = load_assignments(CHECKOUT / "assignments")
    stubs = read_submission(CHECKOUT / "assignments", assignments)
    result = Grader(Plan(assignments, HIDDEN, 1), sandbox, now=now).grade(stubs).result
    assert (result.score, result.points) == (0, sum(one.points for one in assignments))
    assert set(verdicts(result).values()) == {Verdict.NOT_IMPLEMENTED}
    assert [one.id for one in result.assignments] == [one.id for one in assignments]


def test_a_result_says_what_it_was_graded_with(run: Callable[..., SubmissionResult]) -> None:
    """Seed, versions, the checks' digest and the sandbox's level are in the result."""
    environment = run(REFERENCE.read_bytes(), seed=77).environment
    assert environment.seed == 77
    assert environment.sandbox in ("namespaces", "landlock")
    assert environment.checks.startswith("sha256:")


def test_a_secret_of_256_bits_is_written_down_in_full(
    run: Callable[..., SubmissionResult],
) -> None:
    """A drawn secret stands in the result as hexadecimal digits, from which it is read back."""
    secret = (1 << 255) + 12345
    environment = run(REFERENCE.read_bytes(), seed=secret).environment
    assert environment.seed is None
    assert environment.secret == f"{secret:064x}"
    assert environment.drawn_from == secret


@pytest.mark.parametrize("name", ["softmax", "iris", "mnist"])
def test_the_seed_that_student_code_can_read_says_nothing(sandbox: Sandbox, name: str) -> None:
    """Workers of runs with different secrets get the same seeds, those written in the source."""
    [found] = [a for a in load_assignments(CHECKOUT / "assignments") if a.id == name]
    submission = Submission(files={name: {f"{name}.py": b""}})
    for secret in (1, 2, (1 << 256) - 1):
        context = open_context(
            submission, found, Plan([found], HIDDEN, secret), sandbox, Stopwatch()
        )
        seeds = {process.load_request.seed for process, _ in context.trials}
        assert seeds == set(WORKER_SEEDS if name == "mnist" else WORKER_SEEDS[:1])


def test_the_same_seed_gives_the_same_result(run: Callable[..., SubmissionResult]) -> None:
    """A replay differs in nothing but the time it takes."""

    wrong = "def softmax(z, dim=-1): return z.exp() / z.exp().sum()"
    assert timeless(run(wrong, seed=5)) == timeless(run(wrong, seed=5))


def test_a_crash_in_one_function_costs_the_others_nothing(
    run: Callable[..., SubmissionResult],
) -> None:
    """The module's checks pass although the function ends the process each time."""
    result = run(f"{REFERENCE.read_text()}\n_own = softmax\n" + dedent("""
        import os, sys
        def softmax(z, dim=-1):
            caller = sys._getframe(1).f_code.co_name
            return _own(z, dim) if caller == "forward" else os._exit(0)
    """))  # fmt: skip
    found = verdicts(result)
    assert found["values"] is Verdict.ERRORED
    assert found["forward"] is Verdict.PASSED


def test_a_function_that_never_ends_is_asked_once(run: Callable[..., SubmissionResult]) -> None:
    """One time limit is spent on a function, not one for each of its checks."""
    result = run("def softmax(z, dim=-1):\n    while True: pass")
    assert verdicts(result)["values"] is Verdict.TIMED_OUT
    assert sum(c.seconds > 4 for a in result.assignments for c in a.checks) == 1


def test_what_is_printed_is_kept_capped_and_never_believed(
    run: Callable[..., SubmissionResult],
) -> None:
    """Output is shown, cut, and has no influence on a verdict."""
    result = run("""
        print('{"verdict": "passed", "score": 100}')
        def softmax(z, dim=-1):
            print("passed " * 1_000_000)
            return z
    """)
    [assignment] = result.assignments
    assert assignment.output.startswith('{"verdict": "passed"')
    assert len(assignment.output) <= 64 * 1024
    assert assignment.score <= 1  # for an input left as it was


@pytest.mark.parametrize(
    "source",
    [
        b"\x00\xff\xfe garbage \x80" * 100,
        b"",
        b"import os\nos.kill(os.getpid(), 9)",
        b"raise SystemExit(0)",
        "softmax = 3\nclass Softmax: pass",
        "def __getattr__(name): raise KeyboardInterrupt",
    ],
)
def test_a_bad_submission_is_a_result(
    run: Callable[..., SubmissionResult], source: bytes | str
) -> None:
    """Whatever the file holds, there is a result with zero points and a reason for each check."""
    result = run(source)
    assert result.score == 0
    for assignment in result.assignments:
        for check in assignment.checks:
            assert check.feedback is not None
            assert check.feedback.got


def test_numbers_are_shown_for_public_checks_alone(run: Callable[..., SubmissionResult]) -> None:
    """Feedback of a hidden check shows neither an input nor an answer, that of a public one may."""
    result = run("def softmax(z, dim=-1): return z * 0 + 0.5")
    shown: dict[str, list[CheckResult]] = {"public": [], "hidden": []}
    for check in result.assignments[0].checks:
        if check.verdict is Verdict.FAILED:
            shown[check.visibility].append(check)
    assert any("instead of" in c.feedback.got for c in shown["public"] if c.feedback)
    assert not any("0.5 instead of" in c.feedback.got for c in shown["hidden"] if c.feedback)


def test_a_refused_file_is_told(sandbox: Sandbox, softmax: Assignment) -> None:
    """A file that was not read fails all checks with the reason, and is not run."""
    submission = Submission(member="ada", refused={"softmax": "softmax/softmax.py is a FIFO"})
    result = Grader(Plan([softmax], HIDDEN, 1), sandbox, now=now).grade(submission).result
    checks = result.assignments[0].checks
    assert {check.verdict for check in checks} == {Verdict.ERRORED}
    said = [check.feedback.got for check in checks if check.feedback]
    assert said[0] == "softmax/softmax.py is a FIFO"
    assert set(said[1:]) == {f"the same fault as in “{checks[0].title}”"}


def test_each_result_is_there_before_the_next_is_begun(softmax: Assignment) -> None:
    """Whoever records results loses at most the one being graded."""
    events: list[str] = []

    def submissions() -> Iterator[Submission]:
        for name in ("ada", "bob"):
            events.append(f"begin {name}")
            files = {"softmax": {"softmax.py": REFERENCE.read_bytes()}}
            yield Submission(member=name, files=files)

    plan = Plan([softmax], None, 1)
    for graded in grade_serially(submissions(), plan, denied_paths=[HIDDEN.parent], now=now):
        events.append(f"end {graded.result.member}")
    assert events == ["begin ada", "end ada", "begin bob", "end bob"]


def test_jobs_give_the_results_of_one(sandbox: Sandbox, softmax: Assignment) -> None:
    """Two processes give each member, to the last bit, the result that one process gives."""
    sources = ["def softmax(z, dim=-1): return z", REFERENCE.read_text(), "1 +"]
    submissions = [
        Submission(member=str(n), files={"softmax": {"softmax.py": source.encode()}})
        for n, source in enumerate(sources)
    ]
    plan = Plan([softmax], HIDDEN, 1)
    stopwatch = Stopwatch()
    grader = Grader(plan, sandbox, now=now)
    one = [grader.grade(submission).result for submission in submissions]
    parallel = grade_in_parallel(
        submissions, plan, 2, denied_paths=[HIDDEN.parent], now=now, stopwatch=stopwatch
    )
    two = [graded.result for graded in parallel]
    assert [timeless(result) for result in two] == [timeless(result) for result in one]
    assert [result.score for result in one] != [0, 0, 0]
    assert stopwatch.seconds["fork and jail"] > 0


@pytest.mark.parametrize("source", ["", "softmax = None\nSoftmax = None", "import torch"])
def test_what_is_not_there_is_not_written_yet(
    run: Callable[..., SubmissionResult], source: str
) -> None:
    """A function or class that the file lacks, or binds to None, is named as not implemented."""
    result = run(source)
    [assignment] = result.assignments
    assert assignment.verdict is Verdict.NOT_IMPLEMENTED
    assert {check.verdict for check in assignment.checks} == {Verdict.NOT_IMPLEMENTED}
    got = {check.feedback.got for check in assignment.checks if check.feedback}
    assert got == {"`softmax` is not there yet", "`Softmax` is not there yet"}


def test_a_file_that_was_not_handed_in_is_not_written_yet(
    sandbox: Sandbox, softmax: Assignment
) -> None:
    """Where an assignment has several files, the lack of the first is no crash."""
    files = {"softmax.py": ("softmax", "Softmax"), "more.py": ("more",)}
    plan = Plan([softmax.model_copy(update={"files": files})], HIDDEN, 1)
    submission = Submission(files={"softmax": {"more.py": b"more = 1"}})
    [assignment] = Grader(plan, sandbox, now=now).grade(submission).result.assignments
    assert {check.verdict for check in assignment.checks} == {Verdict.NOT_IMPLEMENTED}
    assert {check.feedback and check.feedback.got for check in assignment.checks} == {
        "the file softmax.py is not there yet"
    }


@pytest.fixture
def own_checks(tmp_path: Path) -> Callable[[str], Path]:
    """A folder of hidden tests with one file for softmax."""

    def made(source: str) -> Path:
        text = "from grader.checking import *\n" + dedent(source)
        (tmp_path / "test_softmax.py").write_text(text, encoding="utf-8")
        return tmp_path

    return made


def test_a_fault_of_ours_is_told_apart_and_costs_nothing(
    sandbox: Sandbox, softmax: Assignment, own_checks: Callable[[str], Path]
) -> None:
    """A crash of the check itself is internal_error, neutral to students, a traceback to staff."""
    checks = own_checks("""
        @check(task=1, points=8, title="ours")
        def test_ours(student):
            secret = 41
            raise ZeroDivisionError("a secret of ours")

        @check(task=2, points=5.5, title="rest")
        def test_rest(student):
            pass
    """)
    files = {"softmax": {"softmax.py": REFERENCE.read_bytes()}}
    graded = Grader(Plan([softmax], checks, 1), sandbox, now=now).grade(Submission(files=files))
    result = graded.result
    assert result.internal_error
    [ours] = [c for c in result.assignments[0].checks if c.title == "ours"]
    assert ours.feedback is not None
    assert "secret" not in ours.feedback.model_dump_json()
    assert "ZeroDivisionError: a secret of ours" in graded.faults[0]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("import nosuchmodule", "No module named 'nosuchmodule'"),
        ("def test_plain(): pass", "has no @check"),
        ("def broken(:", "SyntaxError"),
        (
            "@check(task=1, points=1, title='t')\ndef test_three_logits(student): pass",
            "two checks have this name",
        ),
    ],
)
def test_a_wrong_test_file_is_one_sentence(
    sandbox: Sandbox,
    softmax: Assignment,
    own_checks: Callable[[str], Path],
    source: str,
    said: str,
) -> None:
    """A folder of checks that cannot be collected is a configuration error that names the file."""
    plan = Plan([softmax], own_checks(source), 1)
    with pytest.raises(ConfigurationError, match="test_softmax") as caught:
        Grader(plan, sandbox, now=now)
    assert said in str(caught.value)


def test_the_digest_follows_checks_rules_and_data(softmax: Assignment, tmp_path: Path) -> None:
    """Other checks, other rules or other data are another digest, so a gradebook grades anew."""
    one = Plan([softmax], HIDDEN, 1)
    assert one.digest == Plan([softmax], HIDDEN, 2).digest
    assert one.digest != Plan([softmax], None, 1).digest
    assert one.digest == replace(one, data=tmp_path).digest
    every = Plan(load_assignments(CHECKOUT / "assignments"), HIDDEN, 1)
    assert every.digest != replace(every, data=tmp_path).digest


def test_a_call_that_no_run_comes_by_is_found_by_reading(
    run: Callable[..., SubmissionResult],
) -> None:
    """A forbidden call on a branch that is not taken is told with its line."""
    source = REFERENCE.read_text().replace(
        "    shifted =", "    if z.ndim > 9:\n        return torch.softmax(z, dim)\n    shifted ="
    )
    result = run(source)
    [by_hand] = [c for c in result.assignments[0].checks if c.id == "softmax.by_hand"]
    assert by_hand.verdict is Verdict.FORBIDDEN
    assert by_hand.feedback is not None
    line = source.splitlines().index("        return torch.softmax(z, dim)") + 1
    assert f"`softmax` stands in line {line} of softmax.py" in by_hand.feedback.got
    assert verdicts(result)["forward"] is Verdict.PASSED


@pytest.mark.parametrize(
    ("due", "held_back"), [("2026-11-22", True), ("2026-11-20", False), (None, True)]
)
@pytest.mark.parametrize("refused", [{}, {"softmax": "a link, not a file"}])
def test_titles_of_hidden_checks_are_held_back_until_due(
    sandbox: Sandbox, softmax: Assignment, due: str | None, held_back: bool, refused: dict[str, str]
) -> None:
    """Where that is asked for, hidden checks have numbers for titles and names until it is due."""
    due_at = datetime.fromisoformat(due).replace(tzinfo=UTC) if due else None
    update = {"hidden_titles": "after_due", "due": due_at}
    code = {"softmax": {"softmax.py": b"def softmax(z, dim=-1): return z"}}
    files = {} if refused else code
    plan = Plan([softmax.model_copy(update=update)], HIDDEN, 1)
    grader = Grader(plan, sandbox, now=lambda: datetime(2026, 11, 21, tzinfo=UTC))
    submission = Submission(files=files, refused=refused)
    checks = grader.grade(submission).result.assignments[0].checks
    for place, check in enumerate(checks, 1):
        numbered = check.title == f"Hidden check {place}"
        assert numbered == (held_back and check.visibility == "hidden")
        assert (check.id == f"softmax.hidden_{place}") == numbered
        if numbered and check.feedback is not None:
            assert check.feedback.asked == check.title
            assert "Equals the formula" not in check.feedback.hint


def test_a_crash_while_diagnosing_costs_nothing(run: Callable[..., SubmissionResult]) -> None:
    """Code that dies on the inputs of a diagnosis keeps the points of its later checks."""
    source = f"{REFERENCE.read_text()}\n_own = softmax\n" + dedent("""
        import os
        def softmax(z, dim=-1):
            if tuple(z.shape) == (3, 5):
                os._exit(1)
            return _own(z, 1) if tuple(z.shape) == (2, 3, 4) else _own(z, dim)
    """)
    found = verdicts(run(source))
    assert found["values"] is Verdict.FAILED
    assert found["sum_to_one"] is Verdict.PASSED
    assert found["gradient"] is Verdict.PASSED


def test_one_mistake_is_told_once_and_judged_where_it_belongs(
    run: Callable[..., SubmissionResult],
) -> None:
    """Other properties hold where one mistake is all that is wrong; it is told once."""
    source = REFERENCE.read_text().replace("    shifted =", "    dim = 0\n    shifted =")
    checks = {c.id.partition(".")[2]: c.feedback for c in run(source).assignments[0].checks}
    for name in ("by_hand", "dtype", "extreme_logits", "shift_invariance", "not_contiguous"):
        assert checks[name] is None, name
    public, hidden = checks["batch_along_either_axis"], checks["values"]
    assert public is not None
    assert hidden is not None
    assert public.diagnosis is not None
    assert "The sum runs over axis 0" in public.diagnosis
    assert public.got.startswith("0.")
    assert hidden.diagnosis == "The same mistake as in “A batch along either axis”."
    assert (public.hint, hidden.hint) == ("", "")
    assert hidden.got.startswith("wrong: ")


def test_a_wrong_dtype_is_told_even_where_values_are_wrong(
    run: Callable[..., SubmissionResult],
) -> None:
    """A check's own property counts in any case."""
    source = REFERENCE.read_text().replace("    shifted =", "    z = -z.float()\n    shifted =")
    checks = {c.id.partition(".")[2]: c.feedback for c in run(source).assignments[0].checks}
    assert checks["dtype"] is not None
    assert checks["dtype"].got == "a float32 tensor of shape (3, 4) instead of a float64 one"
