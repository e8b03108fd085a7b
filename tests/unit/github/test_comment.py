"""What a pull request is told about training."""

from datetime import UTC, datetime

from grader.github.comment import summary
from grader.result import (
    SAME_FAULT,
    AssignmentResult,
    CheckResult,
    Environment,
    Feedback,
    SubmissionResult,
    Verdict,
)


def trained(**metrics: float | tuple[float, ...]) -> SubmissionResult:
    """A result of Iris with these metrics."""
    iris = AssignmentResult(
        id="iris", verdict=Verdict.PASSED, score=0, points=0, seconds=0, checks=(), metrics=metrics
    )
    return SubmissionResult(
        digest=f"sha256:{0:064x}", graded_at=datetime(2026, 11, 21, tzinfo=UTC), score=0, points=0,
        seconds=0, assignments=(iris,),
        environment=Environment(
            grader="0", checks="c", python="3", torch="2", sandbox="x", seed=1, dataset={}
        ),
    )  # fmt: skip


def test_the_summary_shows_the_curves_of_training() -> None:
    """A line of bars for each curve with its ends, and what they tell."""
    text = summary(
        trained(loss=(1.1, 0.8, 0.56), training_accuracy=(0.3, 0.6, 0.9), softmax_twice=1.0),
        "ada",
        (),
    )
    assert "<summary>iris: training</summary>" in text
    assert "loss               █▄▁  1.1 → 0.56; plain solutions end at 0.04–0.4" in text
    assert "training accuracy  ▁▄█  0.3 → 0.9" in text
    assert "softmax is taken twice: the loss ends at 0.56" in text


def test_a_run_that_diverged_at_once_is_told_without_a_chart() -> None:
    """Without a finite loss there is nothing to draw, but the epoch to tell."""
    text = summary(trained(diverged_in_epoch=1.0), "ada", ())
    assert "The training diverged in epoch 1: learning rate?" in text
    assert "```" not in text


def test_nothing_is_said_where_nothing_was_trained() -> None:
    """An assignment without curves has no part about training."""
    assert "training" not in summary(trained(), "ada", ())


def test_many_checks_of_one_fault_are_one_line() -> None:
    """A file that cannot be imported is told once, with the number of checks that wait for it."""
    said = Feedback(asked="it", got=f"{SAME_FAULT} “First”", hint="")
    checks = tuple(
        CheckResult(
            id=f"iris.check_{n}", task=1, title=f"Check {n}", verdict=Verdict.ERRORED, score=0.0,
            points=0.0, seconds=0.0, visibility="hidden", feedback=said,
        )
        for n in range(5)
    )  # fmt: skip
    result = trained()
    [iris] = result.assignments
    for number, lines in ((5, 1), (3, 3)):
        failed = iris.model_copy(update={"checks": checks[:number], "verdict": Verdict.ERRORED})
        text = summary(result.model_copy(update={"assignments": (failed,)}), "ada", ())
        assert text.count("the same fault as in “First”") == lines
        assert ("**5 more checks**" in text) == (number == 5)
