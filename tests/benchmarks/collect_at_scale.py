"""How `grader collect` fares with 5,000 members and four pull requests each.

    python -m tests.benchmarks.collect_at_scale [MEMBERS] [PULLS]

The double runs in a process of its own, without judging, so that time and memory are the
collector's. Prints requests, seconds, peak memory for a first reading, for one with nothing new,
for one after 200 new results, and for a full one.
"""

import multiprocessing
import resource
import sys
import tempfile
import time
from multiprocessing.connection import Connection as Pipe
from pathlib import Path

from nacl.signing import SigningKey

from grader.github.client import Pace, connect
from grader.github.collect import Bookmark, collect
from grader.github.comment import result_body
from grader.github.seal import AttemptLine, Sealed, SealedAttempt, fitted, signing_key
from grader.gradebook import Gradebook
from grader.result import AssignmentResult, CheckResult, Feedback, SubmissionResult, Verdict
from tests.github.course import NOW, assignments, result, roster, sha
from tests.github.double import Double, serving
from tests.github.state import BOT

CHECKS = 8
WORKS = assignments()
FEEDBACK = Feedback(
    asked="softmax(z) of shape (4, 3) sums to one along dim",
    got="sums 1.0000, 0.9134, 1.2027, 0.7716 where 1 was expected",
    diagnosis="this is the sum over the batch, not over the classes",
    hint="Which axis holds the classes?",
)


def realistic(commit: str, assignment: str, share: float, member: str) -> SubmissionResult:
    """A result of eight checks for one assignment, three with feedback."""
    whole = result(commit, 0.0, member=member, of=WORKS)
    ones = []
    for one in whole.assignments:
        checks = tuple(
            CheckResult(
                id=f"test_{one.id}_{i}", task=1, title=f"a check of {one.id}, number {i}",
                verdict=Verdict.FAILED if i < 3 else Verdict.PASSED, visibility="hidden",
                score=0.0 if i < 3 else share * one.points / CHECKS, points=one.points / CHECKS,
                seconds=0.01, feedback=FEEDBACK if i < 3 else None,
            )
            for i in range(CHECKS)
        ) if one.id == assignment else one.checks  # fmt: skip
        verdict = Verdict.FAILED if one.id == assignment else one.verdict
        ones.append(AssignmentResult(
            id=one.id, verdict=verdict, score=sum(c.score for c in checks), points=one.points,
            seconds=1.0, checks=checks,
        ))  # fmt: skip
    score = sum(one.score for one in ones)
    return whole.model_copy(update={"assignments": tuple(ones), "score": score})


def body(key: SigningKey, number: int, member: str, assignment: str, turn: int) -> str:
    """The comment on one pull request."""
    graded = realistic(sha(f"{number}/{turn}"), assignment, (number % 9) / 8, member)
    attempt = SealedAttempt(sequence=turn, result=graded)
    line = AttemptLine(
        sequence=turn, commit=graded.commit or "", graded_at=NOW, score=graded.score,
        points=graded.points,
    )  # fmt: skip
    sealed = Sealed(
        repository=4711, pull_request=number, member=member, head=graded.commit or "",
        sequence=turn, attempts=(attempt,), history=(line,),
    )  # fmt: skip
    kept, hidden = fitted(sealed, key)
    return result_body(graded, kept, hidden, WORKS)


def serve(pipe: Pipe, members: int, pulls: int, keys: tuple[str, str]) -> None:
    """The double's process: makes the comments, serves, and adds some on request."""
    double = Double(judge=False)
    repository = double.repository
    repository.add_user("owner-token", "prof")
    ids = [assignment.id for assignment in WORKS]
    key = signing_key(keys[0], roster(key=keys[1]))
    for member in range(members):
        for pull in range(pulls):
            login = f"m{member}"
            thread = repository.add_pull(login, sha(f"{member}/{pull}"))
            text = body(key, thread.number, login, ids[pull % len(ids)], 1)
            repository.add_comment(thread.number, BOT, text)
    sizes = [len(comment.body) for comment in repository.comments.values()]
    with serving(double):
        pipe.send((double.url, sum(sizes) / len(sizes), max(sizes)))
        while (order := pipe.recv()) != "stop":
            if order == "count":
                pipe.send(len(double.log))
                continue
            repository.tick(3600)
            for comment in list(repository.comments.values())[: int(order)]:
                thread = repository.threads[comment.thread]
                text = body(key, thread.number, thread.user, ids[0], 2)
                repository.edit_comment(comment, text)
            pipe.send("done")


def main() -> None:
    """Measure and print."""
    members, pulls = (int(text) for text in (*sys.argv[1:], "5000", "4")[:2])
    from grader.github.seal import new_keys, verify_key

    keys = new_keys()
    ours, theirs = multiprocessing.Pipe()
    context = multiprocessing.get_context("spawn")
    server = context.Process(target=serve, args=(theirs, members, pulls, keys), daemon=True)
    start = time.perf_counter()
    server.start()
    url, mean, largest = ours.recv()
    print(f"{members * pulls} comments made in {time.perf_counter() - start:.0f} s, "
          f"{mean:.0f} characters each, at most {largest}")  # fmt: skip
    key = verify_key(roster(key=keys[1]))
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)

        def measured(label: str, *, full: bool = False) -> None:
            ours.send("count")
            before = ours.recv()
            begun = time.perf_counter()
            pace = Pace(requests=0.0)
            with (
                connect("owner-token", "course/lab5", url, pace=pace) as connection,
                Gradebook(place / "book.sqlite") as book,
                Bookmark(place / "mark", connection.repository.id) as mark,
            ):
                done = collect(connection, book, mark, key, bot=BOT, full=full)
            seconds = time.perf_counter() - begun
            ours.send("count")
            requests = ours.recv() - before
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(f"{label:<24}{requests:>5} requests {seconds:>6.1f} s {peak:>5.0f} MiB peak;",
                  f"{done.read} read, {done.results} new")  # fmt: skip

        measured("first reading")
        measured("again, nothing new")
        ours.send("200")
        ours.recv()
        measured("after 200 new results")
        measured("full", full=True)
        print(f"gradebook {(place / 'book.sqlite').stat().st_size / 2**20:.0f} MiB")
    ours.send("stop")
    server.join()


if __name__ == "__main__":
    main()
