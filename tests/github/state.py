"""What the double remembers: users, issues, comments, labels, check runs; and what goes wrong."""

import io
import re
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from tests.github.settings_state import SettingsState

BOT = "github-actions[bot]"


@dataclass
class User:
    """Someone with a token.

    `write` is the right to write at all; `app` marks a workflow's token, which may not ask who it
    is; `sees` is false for whom the repository does not exist; `admin` is the right to change its
    settings.
    """

    login: str
    id: int
    write: bool = True
    app: bool = False
    sees: bool = True
    admin: bool = False


@dataclass
class Pull:
    """What makes an issue a pull request; without head_repo where the fork was deleted."""

    head_sha: str
    head_ref: str = "main"
    head_repo: str | None = ""
    base_sha: str = "b" * 40
    base_ref: str = "main"


@dataclass
class Thread:
    """An issue or a pull request; without user where the account was deleted."""

    number: int
    title: str
    body: str
    user: str | None
    at: datetime
    updated: datetime
    labels: list[str] = field(default_factory=list)
    state: Literal["open", "closed"] = "open"
    pull: Pull | None = None
    locked: bool = False
    association: str = "NONE"
    hidden_for: int = 0


@dataclass
class Comment:
    """A comment on a thread; without user where the account was deleted."""

    id: int
    thread: int
    body: str
    user: str | None
    at: datetime
    updated: datetime
    hidden_for: int = 0


@dataclass
class Run:
    """A run of a workflow; without head_repo where the fork was deleted."""

    head_sha: str
    head_repo: str | None
    at: datetime
    path: str = ".github/workflows/grade.yml@refs/heads/main"
    event: str = "pull_request"
    head_branch: str | None = "work"
    conclusion: str = "success"
    id: int = 0


@dataclass
class Artifact:
    """What a run handed over: its name and the bytes of an archive."""

    id: int
    name: str
    run: int | None
    content: bytes
    at: datetime
    expired: bool = False


@dataclass
class Fault:
    """Something that goes wrong the next `times` times that a request matches.

    Args:
        method: of the request.
        path: a pattern that the path must match.
        status: what is answered; 0 drops the connection.
        committed: whether the request was carried out although the answer says otherwise.
        headers, body: of the answer.
    """

    method: str
    path: str
    status: int
    committed: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    times: int = 1

    def matches(self, method: str, path: str) -> bool:
        """Whether it strikes now; counts."""
        if self.times and method == self.method and re.search(self.path, path):
            self.times -= 1
            return True
        return False


@dataclass
class Repository:
    """All that the double knows of its one repository."""

    name: str = "course/lab5"
    id: int = 4711
    logins: dict[str, int] = field(default_factory=dict)
    former_names: set[str] = field(default_factory=set)
    tokens: dict[str, User] = field(default_factory=dict)
    threads: dict[int, Thread] = field(default_factory=dict)
    comments: dict[int, Comment] = field(default_factory=dict)
    labels: set[str] = field(default_factory=set)
    check_runs: dict[int, dict[str, Any]] = field(default_factory=dict)
    runs: list[Run] = field(default_factory=list)
    artifacts: list[Artifact] = field(default_factory=list)
    changes: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    unlisted: set[str] = field(default_factory=set)
    issues_enabled: bool = True
    lag: int = 0
    drops_oversize_edits: bool = False
    clock: datetime = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
    last_id: int = 1000
    private: bool = False
    settings: SettingsState = field(default_factory=SettingsState)

    def tick(self, seconds: float = 1.0) -> datetime:
        """Let time pass, so that what happens later has a later date."""
        self.clock += timedelta(seconds=seconds)
        return self.clock

    def new_id(self) -> int:
        """An id nobody has."""
        self.last_id += 1
        return self.last_id

    def add_user(self, token: str, login: str, **rights: bool) -> User:
        """Someone who may come with `token`."""
        user = User(login, self.new_id(), **rights)
        self.tokens[token] = user
        return user

    def add_thread(self, user: str, title: str, body: str = "", **more: Any) -> Thread:
        """A new issue or pull request, numbered on."""
        number = max(self.threads, default=0) + 1
        at = self.tick()
        thread = Thread(number, title, body, user, at, at, hidden_for=self.lag, **more)
        self.threads[number] = thread
        return thread

    def add_pull(
        self, user: str, head_sha: str, files: list[str] | None = None, **more: Any
    ) -> Thread:
        """A pull request of a student from a fork, changing `files`."""
        pull = Pull(head_sha, head_ref="work", head_repo=f"{user}/lab5")
        self.set_changes(head_sha, files or [])
        thread = self.add_thread(user, f"Solution of {user}", pull=pull, **more)
        thread.hidden_for = 0
        return thread

    def add_run(self, run: Run) -> Run:
        """A run of a workflow, with a number of its own."""
        run.id = run.id or self.new_id()
        self.runs.append(run)
        return run

    def add_artifact(self, run: Run, name: str, files: dict[str, str | bytes]) -> Artifact:
        """What a run hands over: an archive of files."""
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
            for file, text in files.items():
                packed.writestr(file, text)
        made = Artifact(self.new_id(), name, run.id, archive.getvalue(), self.tick())
        self.artifacts.append(made)
        return made

    def set_changes(self, head_sha: str, files: list[str]) -> None:
        """What the comparison of the base with `head_sha` says has changed."""
        self.changes[head_sha] = [{"filename": name, "status": "modified"} for name in files]

    def add_comment(self, thread: int, user: str | None, body: str) -> Comment:
        """A comment, by whomever."""
        at = self.tick()
        comment = Comment(self.new_id(), thread, body, user, at, at, self.lag)
        self.comments[comment.id] = comment
        return comment

    def edit_comment(self, comment: Comment, body: str) -> None:
        """What anyone with write access can do."""
        comment.body, comment.updated = body, self.tick()

    def on(self, thread: int) -> list[Comment]:
        """The comments of a thread."""
        return [comment for comment in self.comments.values() if comment.thread == thread]
