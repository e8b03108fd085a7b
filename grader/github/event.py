"""What a workflow is told about the event that started it, and what grading hands to publishing."""

from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from grader.errors import ConfigurationError, naming
from grader.result import Commit, Document, SubmissionResult

GRADE_WORKFLOW = ".github/workflows/grade.yml"
REGRADE_WORKFLOW = ".github/workflows/regrade.yml"
PUBLISH_WORKFLOW = ".github/workflows/publish.yml"
REPORT_WORKFLOW = ".github/workflows/report.yml"

STAFF = ("OWNER", "MEMBER", "COLLABORATOR")
"""What GitHub calls an author who belongs to those who run the repository."""

ARTIFACT_CAP = 4 * 1024 * 1024
"""Bytes of a file that another job hands over."""

Sha = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{40}$")]


class Seen(BaseModel):
    """Base of the parts of GitHub's payloads that are read; the rest is passed over."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Account(Seen):
    """A user or an organisation."""

    login: str


class Fork(Seen):
    """The repository that a pull request comes from."""

    full_name: str


class Side(Seen):
    """The head or the base of a pull request; a fork that was deleted is null."""

    sha: Sha
    ref: str
    repo: Fork | None = None


class PullRequest(Seen):
    """A pull request, in an event or as staff list them for a regrade."""

    number: Annotated[int, Field(ge=1)]
    user: Account | None
    head: Side
    base: Side
    author_association: str | None = None

    @property
    def login(self) -> str:
        """Whose it is; empty where the account was deleted."""
        return self.user.login if self.user else ""

    @property
    def by_staff(self) -> bool:
        """Whether its author belongs to those who run the repository."""
        return self.author_association in STAFF


class PullRequestEvent(Seen):
    """What `grade.yml` is started by."""

    pull_request: PullRequest


class Worklist(Document):
    """Open pull requests to be graded; one is listed for each of its commits that is."""

    schema_: Literal["grader/worklist/v1"] = Field(default="grader/worklist/v1", alias="schema")
    pull_requests: tuple[PullRequest, ...]


class ResultError(Exception):
    """A result that was handed over and cannot be published, now or later; says why."""


class Graded(Document):
    """What the grading job found, for the publishing job, which trusts none of it.

    Args:
        pull_request: its number.
        head: the commit that was graded.
        result: None when the author's account was deleted.
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
    with naming(path):
        content = path.read_bytes()
    try:
        return model.model_validate_json(content)
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
