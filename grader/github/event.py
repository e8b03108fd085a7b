"""What a workflow is told about the event that started it, and what grading hands to publishing."""

from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from grader.errors import ConfigurationError
from grader.result import Commit, Document, SubmissionResult

GRADE_WORKFLOW = ".github/workflows/grade.yml"

ARTIFACT_CAP = 4 * 1024 * 1024
"""Bytes of a file that another job hands over."""

Sha = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{40}$")]


class Seen(BaseModel):
    """Base of the parts of GitHub's payloads that are read; the rest is passed over."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Account(Seen):
    """A user or an organisation."""

    login: str


class Repo(Seen):
    """A repository."""

    full_name: str


class Side(Seen):
    """The head or the base of a pull request."""

    sha: Sha
    ref: str


class PullRequest(Seen):
    """A pull request, in an event or as staff list them for a regrade."""

    number: Annotated[int, Field(ge=1)]
    user: Account | None
    head: Side
    base: Side

    @property
    def login(self) -> str:
        """Whose it is; empty where the account was deleted."""
        return self.user.login if self.user else ""


class PullRequestEvent(Seen):
    """What `grade.yml` is started by."""

    pull_request: PullRequest


class WorkflowRun(Seen):
    """The run of `grade.yml` that has ended; a deleted fork has no repository and no branch."""

    event: str
    path: str
    head_sha: Sha
    head_branch: str | None
    head_repository: Repo | None
    created_at: AwareDatetime


class WorkflowRunEvent(Seen):
    """What `publish.yml` is started by."""

    workflow_run: WorkflowRun


class Worklist(Document):
    """The open pull requests of a regrade."""

    schema_: Literal["grader/worklist/v1"] = Field(default="grader/worklist/v1", alias="schema")
    pull_requests: tuple[PullRequest, ...]


class Graded(Document):
    """What the grading job found, for the publishing job, which trusts none of it.

    Args:
        pull_request: its number.
        head: the commit that was graded.
        result: None when the author is not in the roster.
    """

    schema_: Literal["grader/graded/v1"] = Field(default="grader/graded/v1", alias="schema")
    pull_request: Annotated[int, Field(ge=1)]
    head: Commit
    result: SubmissionResult | None


E = TypeVar("E", bound=Seen)
D = TypeVar("D", bound=Document)


def read_event(path: Path | None, model: type[E]) -> E:
    """The event's payload.

    Raises:
        ConfigurationError: not inside a workflow, or started by another event.
    """
    if path is None:
        raise ConfigurationError(
            "GITHUB_EVENT_PATH is not set; this command runs inside a workflow"
        )
    try:
        return model.model_validate_json(path.read_bytes())
    except OSError as error:
        raise ConfigurationError(f"{path}: the event cannot be read: {error.strerror}") from None
    except ValidationError as error:
        missing = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise ConfigurationError(f"{path}: not the event this command is for ({missing})") from None


def read_document(path: Path, model: type[D]) -> D:
    """A document that another job has left, read with a cap.

    Raises:
        ConfigurationError: missing, a link, too large, or not valid.
    """
    if path.is_symlink() or not path.is_file():
        raise ConfigurationError(f"{path}: there is no such file")
    with path.open("rb") as file:
        content = file.read(ARTIFACT_CAP + 1)
    if len(content) > ARTIFACT_CAP:
        raise ConfigurationError(f"{path}: larger than {ARTIFACT_CAP // 1024} KiB")
    return model.parse(content, source=str(path))


def is_grading_run(run: WorkflowRun) -> bool:
    """Whether a run is one of `grade.yml` for a pull request."""
    return run.event == "pull_request" and run.path.partition("@")[0] == GRADE_WORKFLOW
