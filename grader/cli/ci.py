"""`grader ci`: what the workflows call."""

import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.amounts import counted, in_points
from grader.cli.bulk import WHOLE, Backend, Checks, Shard, cores, grade_and_record, parse_shard
from grader.cli.common import err, located, make_plan, now, out, root, write
from grader.cli.github import BOT, Bot, Groups, Repo, connection_to
from grader.course.assignment import load_assignments
from grader.course.roster import load_roster
from grader.errors import ConfigurationError, GraderError

if TYPE_CHECKING:
    from grader.github.event import PullRequest
    from grader.result import SubmissionResult

app = typer.Typer(help="What the workflows call.", no_args_is_help=True)


@app.command()
def grade(
    results: Annotated[Path, typer.Option("--results", help="Folder for the result files.")] = Path(
        "results"
    ),
    worklist: Annotated[
        Path | None, typer.Option("--worklist", help="Regrade these pull requests.")
    ] = None,
    shard: Shard = WHOLE,
    clone: Annotated[Path, typer.Option("--clone", help="Where commits were fetched.")] = Path(),
    groups: Groups = None,
    checks: Checks = None,
) -> None:
    """Grade the pull request of the event, or a worklist.

    Reads git objects only. Writes one result file for each, and a summary of the job.
    """
    from grader.github.event import (
        PullRequestEvent,
        Worklist,
        read_document,
        read_event,
    )

    if worklist is None:
        pulls = [read_event(_event_path(), PullRequestEvent).pull_request]
    else:
        number, of = parse_shard(shard)
        listed = read_document(worklist, Worklist).pull_requests
        pulls = [pull for pull in listed if pull.number % of == number % of]
    results.mkdir(parents=True, exist_ok=True)
    with _no_workflow_commands():
        roster = groups or located("groups.yaml")
        failed = _grade_pulls(pulls, results, clone, roster, checks, brief=worklist is not None)
    if failed:
        _annotate(
            "error",
            f"{counted(failed, 'result has', 'results have')} an internal error; "
            "see the log of this step",
        )


@app.command()
def publish(
    results: Annotated[Path, typer.Option("--results", help="Folder with the result files.")] = (
        Path("results")
    ),
    regrade: Annotated[
        bool, typer.Option("--regrade", help="Results of a worklist, not of a run's event.")
    ] = False,
    repo: Repo = None,
    groups: Groups = None,
    bot: Bot = BOT,
) -> None:
    """Check, sign and publish what `grader ci grade` found."""
    from grader.github.event import (
        Graded,
        WorkflowRunEvent,
        is_grading_run,
        read_document,
        read_event,
    )
    from grader.github.publish import Publisher
    from grader.github.seal import signing_key

    roster = load_roster(groups or located("groups.yaml"))
    assignments = load_assignments(root() / "assignments")
    key = signing_key(os.environ.get("GRADER_SIGNING_KEY"), roster)
    run = None if regrade else read_event(_event_path(), WorkflowRunEvent).workflow_run
    if run is not None and not is_grading_run(run):
        raise ConfigurationError(
            f"the run is {run.path} for {run.event}; only grade.yml for a pull request is published"
        )
    files = sorted(results.rglob("*.json"), key=lambda path: path.name)
    if not files or (run is not None and len(files) != 1):
        raise ConfigurationError(f"{results}: {len(files)} result files; the grading run left none")
    failures = []
    with _no_workflow_commands(), connection_to(repo) as connection:
        publisher = Publisher(connection, assignments, roster, key, bot)
        for file in files:
            try:
                graded = read_document(file, Graded)
                published = (
                    publisher.of_pull_request(graded, now())
                    if run is None
                    else publisher.of_run(graded, run, now())
                )
                err.print(f"{published.outcome}: {published.sentence}", markup=False)
            except GraderError as error:
                # The others of a regrade are published all the same.
                failures.append(str(error))
                err.print(f"failed: {error}", markup=False, style="red")
    if failures:
        raise GraderError(f"{len(failures)} of {len(files)} not published: {failures[0]}")


@app.command()
def plan(
    output: Annotated[Path, typer.Option("--output", help="The worklist to write.")] = Path(
        "worklist.json"
    ),
    refs: Annotated[
        Path | None, typer.Option("--refs", help="What git must fetch for it, a refspec a line.")
    ] = None,
    repo: Repo = None,
) -> None:
    """List the open pull requests, for a regrade in shards."""
    from grader.github.pulls import open_pulls

    with connection_to(repo) as connection:
        work = open_pulls(connection)
    for path in filter(None, (output, refs)):
        path.parent.mkdir(parents=True, exist_ok=True)
    write(output, work.to_json() + "\n")
    if refs is not None:
        numbers = [pull.number for pull in work.pull_requests]
        write(refs, "".join(f"+refs/pull/{n}/head:refs/grader/{n}\n" for n in numbers))
    err.print(counted(len(work.pull_requests), "open pull request"))


def _grade_pulls(
    pulls: "Sequence[PullRequest]",
    results: Path,
    clone: Path,
    groups: Path,
    checks: Path | None,
    *,
    brief: bool,
) -> int:
    """Grade and write the results; how many have an internal error.

    `brief`: a line for each in the summary, which may hold only so much.
    """
    from grader.github import comment
    from grader.github.blobs import Objects, read_pull_request

    roster = load_roster(groups)
    plan = make_plan([], checks=checks)
    objects = Objects(clone)
    base = objects.commit("HEAD")
    submissions, known = [], []
    for pull in pulls:
        try:
            head = objects.commit(pull.head.sha)
        except ConfigurationError:
            if len(pulls) == 1:
                raise
            err.print(f"#{pull.number}: has a newer commit, which gets a run of its own")
            continue
        found = roster.find_login(pull.login)
        if found is None:
            _write_graded(results, pull, None)
            if not brief:
                _summarise(comment.summary(None, pull.login, plan.assignments))
            continue
        known.append(pull)
        submissions.append(
            read_pull_request(
                objects,
                plan.assignments,
                base=base,
                head=head,
                member=found[1].key,
            )
        )
    graded = grade_and_record(submissions, plan, Backend(cores())) if submissions else []
    for pull, result in zip(known, graded, strict=True):
        _write_graded(results, pull, result)
        whole = comment.summary(result, pull.login, plan.assignments)
        _summarise(f"- {pull.number}: {in_points(result.score, result.points)}" if brief else whole)
    return sum(result.internal_error for result in graded)


def _write_graded(results: Path, pull: "PullRequest", result: "SubmissionResult | None") -> None:
    from grader.github.event import Graded

    graded = Graded(pull_request=pull.number, head=pull.head.sha, result=result)
    write(results / f"{pull.number}.json", graded.to_json() + "\n")


def _summarise(text: str) -> None:
    """Add to the job's summary where there is one, else print it."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if not path:
        out.file.write(text)
        return
    try:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(text + "\n")
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be written: {error.strerror}") from None


def _event_path() -> Path | None:
    path = os.environ.get("GITHUB_EVENT_PATH")
    return Path(path) if path else None


@contextmanager
def _no_workflow_commands() -> Iterator[None]:
    """Keep the runner from obeying `::command::` lines in what student code made us print."""
    if os.environ.get("GITHUB_ACTIONS") != "true":
        yield
        return
    token = secrets.token_hex(16)
    out.file.write(f"::stop-commands::{token}\n")
    out.file.flush()
    try:
        yield
    finally:
        err.file.flush()
        out.file.write(f"::{token}::\n")
        out.file.flush()


def _annotate(kind: str, text: str) -> None:
    """A line that a runner shows on the run's page; elsewhere it is only printed."""
    if os.environ.get("GITHUB_ACTIONS") == "true":
        out.file.write(f"::{kind}::{text}\n")
    else:
        err.print(text, markup=False)
