"""Where the time of a run goes."""

from grader.stopwatch import Stopwatch


def test_time_counts_for_the_innermost_phase() -> None:
    """A phase inside another one takes its time away from it; outside of all nothing counts."""
    ticks = iter([0.0, 1.0, 3.0, 7.0, 8.0, 20.0, 21.0])
    watch = Stopwatch(lambda: next(ticks))
    with watch.phase("checks"), watch.phase("import"):
        pass
    with watch.phase("checks"):
        pass
    assert watch.seconds == {"checks": 2.0 + 1.0 + 1.0, "import": 4.0}


def test_what_jobs_counted_is_added_up() -> None:
    """Seconds of another stopwatch are added phase by phase."""
    watch = Stopwatch()
    watch.add({"checks": 1.0, "start": 0.5})
    watch.add({"checks": 2.0})
    assert watch.seconds == {"checks": 3.0, "start": 0.5}
