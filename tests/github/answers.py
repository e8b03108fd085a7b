# Each method's name is the operation that it answers, and all are called alike.
# ruff: noqa: D102, ARG002
"""The double's operations: what GitHub answers, from the state of the repository."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tests.github.contract import CONTRACT, stamp
from tests.github.refusals import RefusedError, unprocessable
from tests.github.settings_answers import SettingsAnswers
from tests.github.state import BOT, Artifact, Comment, Run, Thread, User

if TYPE_CHECKING:
    from tests.github.double import Double

BODY_LIMIT = 65_536

Query = dict[str, str]
Answer = tuple[int, Any]


@dataclass(frozen=True)
class Redirect:
    """An answer without a body that leads elsewhere."""

    to: str


class Answers(SettingsAnswers):
    """One method for each operation; lists are returned whole, as functions that make an item."""

    def __init__(self, double: "Double") -> None:
        self.double = double

    def to(self, name: str) -> Callable[..., Answer]:
        """The method that answers an operation."""
        method, path = name.split(" ")
        tail = path.removeprefix("/repos/{owner}/{repo}").strip("/")
        words = [part for part in tail.split("/") if not part.startswith("{")]
        one = "_one" if tail.endswith("}") else ""
        handler: Callable[..., Answer] = getattr(
            self, "_".join([method.lower(), *filter(None, words)]).replace("-", "_") + one
        )
        return handler

    # the user and the repository

    def get_user(self, user: User, **_: Any) -> Answer:
        if user.app:
            raise RefusedError(403, "Resource not accessible by integration")
        if not user.login:
            raise RefusedError(401, "Requires authentication")
        return 200, CONTRACT.of("public-user", **self._user(user.login, user.id))

    def get_rate_limit(self, user: User, **_: Any) -> Answer:
        return 200, CONTRACT.of("rate-limit-overview")

    def get(self, user: User, **_: Any) -> Answer:
        repository = self.double.repository
        owner, name = repository.name.split("/")
        return 200, CONTRACT.of(
            "full-repository",
            id=repository.id,
            name=name,
            full_name=repository.name,
            url=self._url(),
            owner=self._simple_user(owner),
            default_branch="main",
            has_issues=repository.issues_enabled,
            private=repository.private,
        )

    # pull requests

    def get_pulls(self, user: User, *, query: Query, **_: Any) -> Answer:
        state = query.get("state", "open")
        head, base = query.get("head"), query.get("base")
        found = []
        for thread in self.double.repository.threads.values():
            pull = thread.pull
            if pull is None or (state != "all" and thread.state != state):
                continue
            owner = (pull.head_repo or "").split("/")[0]
            if head and f"{owner}:{pull.head_ref}".lower() != head.lower():
                continue
            if base and pull.base_ref != base:
                continue
            found.append(thread)
        if query.get("direction", "desc") == "desc":
            found.reverse()
        return 200, [lambda t=t: self._pull("pull-request-simple", t) for t in found]

    def get_pulls_one(self, user: User, *, pull_number: str, **_: Any) -> Answer:
        thread = self._thread(pull_number)
        if thread.pull is None:
            raise RefusedError(404, "Not Found")
        return 200, self._pull("pull-request", thread)

    def get_compare_one(self, user: User, *, basehead: str, **_: Any) -> Answer:
        head = basehead.split("...")[1]
        unlisted = head in self.double.repository.unlisted
        if head not in self.double.repository.changes and not unlisted:
            raise RefusedError(404, "Not Found")
        files = [
            CONTRACT.of("diff-entry", sha="f" * 40, **change)
            for change in self.double.repository.changes.get(head, [])[:300]
        ]
        listed = {} if unlisted else {"files": files}
        comparison = CONTRACT.of("commit-comparison", status="ahead", **listed)
        comparison["base_commit"] = comparison["merge_base_commit"] = self._commit("b" * 40)
        return 200, comparison

    # issues

    def get_issues(self, user: User, *, query: Query, **_: Any) -> Answer:
        self._issues_enabled()
        state, labels = query.get("state", "open"), set(query.get("labels", "").split(",")) - {""}
        creator = query.get("creator")
        found = []
        for thread in self._seen(self.double.repository.threads.values()):
            if state != "all" and thread.state != state:
                continue
            if not labels <= {label.lower() for label in thread.labels}:
                continue
            if creator and (thread.user or "").lower() != creator.lower():
                continue
            found.append(thread)
        if query.get("direction", "desc") == "desc":
            found.reverse()
        return 200, [lambda t=t: self._issue(t) for t in found]

    def post_issues(self, user: User, *, body: dict[str, Any], **_: Any) -> Answer:
        self._may_write(user, anyone=True)
        self._issues_enabled()
        self._fits("Issue", body.get("body") or "")
        # Labels of those without rights are dropped silently, unknown ones of others are made.
        labels = list(body.get("labels") or []) if user.write else []
        self.double.repository.labels |= set(labels)
        thread = self.double.repository.add_thread(
            user.login, str(body["title"]), body.get("body") or "", labels=labels
        )
        return 201, self._issue(thread)

    def get_issues_one(self, user: User, *, issue_number: str, **_: Any) -> Answer:
        return 200, self._issue(self._thread(issue_number))

    def patch_issues_one(
        self, user: User, *, issue_number: str, body: dict[str, Any], **_: Any
    ) -> Answer:
        thread = self._thread(issue_number)
        self._may_write(user, author=thread.user)
        new = body.get("body")
        if (
            new is not None
            and len(new) > BODY_LIMIT
            and self.double.repository.drops_oversize_edits
        ):
            return 200, self._issue(thread)
        self._fits("Issue", new or "")
        thread.title = str(body.get("title") or thread.title)
        thread.body = thread.body if new is None else new
        thread.state = body.get("state") or thread.state
        thread.labels = list(body["labels"]) if "labels" in body else thread.labels
        thread.updated = self.double.repository.tick()
        return 200, self._issue(thread)

    def get_labels_one(self, user: User, *, name: str, **_: Any) -> Answer:
        if name not in self.double.repository.labels:
            raise RefusedError(404, "Not Found")
        return 200, self._label(name)

    def post_labels(self, user: User, *, body: dict[str, Any], **_: Any) -> Answer:
        self._may_write(user)
        if body["name"] in self.double.repository.labels:
            raise unprocessable("Label", "already_exists", "name")
        self.double.repository.labels.add(body["name"])
        return 201, self._label(body["name"])

    # comments

    def get_issues_comments(self, user: User, *, query: Query, **kwargs: Any) -> Answer:
        found = list(self._seen(self.double.repository.comments.values()))
        if "issue_number" in kwargs:
            self._thread(kwargs["issue_number"])
            found = [c for c in found if c.thread == int(kwargs["issue_number"])]
        if since := query.get("since"):
            moment = datetime.strptime(since, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
            found = [c for c in found if c.updated.replace(microsecond=0) >= moment]
        if sort := query.get("sort"):
            found.sort(key=lambda c: (c.updated if sort == "updated" else c.at, c.id))
            if query.get("direction", "desc") == "desc":
                found.reverse()
        return 200, [lambda c=c: self._comment(c) for c in found]

    def post_issues_comments(
        self, user: User, *, issue_number: str, body: dict[str, Any], **_: Any
    ) -> Answer:
        self._may_write(user, anyone=True)
        thread = self._thread(issue_number)
        if thread.locked:
            raise RefusedError(403, "Unable to create comment because issue is locked.")
        self._fits("IssueComment", body["body"])
        comment = self.double.repository.add_comment(thread.number, user.login, body["body"])
        return 201, self._comment(comment)

    def get_issues_comments_one(self, user: User, *, comment_id: str, **_: Any) -> Answer:
        return 200, self._comment(self._find_comment(comment_id))

    def patch_issues_comments_one(
        self, user: User, *, comment_id: str, body: dict[str, Any], **_: Any
    ) -> Answer:
        comment = self._find_comment(comment_id)
        self._may_write(user, author=comment.user)
        self._fits("IssueComment", body["body"])
        self.double.repository.edit_comment(comment, body["body"])
        return 200, self._comment(comment)

    def delete_issues_comments_one(self, user: User, *, comment_id: str, **_: Any) -> Answer:
        comment = self._find_comment(comment_id)
        self._may_write(user, author=comment.user)
        del self.double.repository.comments[comment.id]
        return 204, None

    # check runs

    def get_commits_check_runs(self, user: User, *, ref: str, query: Query, **_: Any) -> Answer:
        runs = [run for run in self.double.repository.check_runs.values()
                if run["head_sha"] == ref
                and query.get("check_name") in (None, run["name"])]  # fmt: skip
        return 200, [lambda run=run: run for run in runs]

    def post_check_runs(self, user: User, *, body: dict[str, Any], **_: Any) -> Answer:
        if not user.app:
            raise RefusedError(403, "You must authenticate via a GitHub App.")
        self._may_write(user)
        number = self.double.repository.new_id()
        run = CONTRACT.of("check-run", id=number, url=f"{self._url()}/check-runs/{number}")
        run["check_suite"] = {"id": 1}
        slug = user.login.removesuffix("[bot]")
        run["app"] = CONTRACT.of("nullable-integration", slug=slug)
        self.double.repository.check_runs[number] = run
        return 201, self._write_run(run, body)

    def patch_check_runs_one(
        self, user: User, *, check_run_id: str, body: dict[str, Any], **_: Any
    ) -> Answer:
        self._may_write(user)
        return 200, self._write_run(self.double.repository.check_runs[int(check_run_id)], body)

    # workflow runs

    def get_actions_runs(self, user: User, *, query: Query, **_: Any) -> Answer:
        runs = [
            run
            for run in self.double.repository.runs
            if query.get("head_sha") in (None, run.head_sha)
            and query.get("event") in (None, run.event)
            and query.get("status") in (None, run.conclusion)
        ]
        return 200, [lambda run=run: self._run(run) for run in reversed(runs)]

    def get_actions_runs_one(self, user: User, *, run_id: str, **_: Any) -> Answer:
        [run] = [run for run in self.double.repository.runs if run.id == int(run_id)]
        return 200, self._run(run)

    def get_actions_workflows_runs(
        self, user: User, *, workflow_id: str, query: Query, **_: Any
    ) -> Answer:
        runs = [
            run
            for run in self.double.repository.runs
            if run.path.partition("@")[0].endswith(f"/{workflow_id}")
            and query.get("status") in (None, run.conclusion)
        ]
        return 200, [lambda run=run: self._run(run) for run in reversed(runs)]

    def get_actions_artifacts(self, user: User, *, query: Query, **_: Any) -> Answer:
        named = query.get("name")
        found = [a for a in self.double.repository.artifacts if named in (None, a.name)]
        return 200, [lambda one=one: self._artifact(one) for one in reversed(found)]

    def get_actions_artifacts_one(
        self, user: User, *, artifact_id: str, archive_format: str, **_: Any
    ) -> Answer:
        return 302, Redirect(f"{self.double.url}/storage-of-artifacts/{artifact_id}")

    # how things look

    def _artifact(self, artifact: Artifact) -> dict[str, Any]:
        url = f"{self._url()}/actions/artifacts/{artifact.id}"
        run = None
        if artifact.run is not None:
            run = {"id": artifact.run, "head_sha": "a" * 40, "head_branch": "main"}
        return CONTRACT.of(
            "artifact",
            id=artifact.id,
            name=artifact.name,
            size_in_bytes=len(artifact.content),
            url=url,
            archive_download_url=f"{url}/zip",
            expired=artifact.expired,
            created_at=stamp(artifact.at),
            workflow_run=run,
        )

    def _run(self, run: Run) -> dict[str, Any]:
        repository = None
        if run.head_repo:
            repository = CONTRACT.of(
                "minimal-repository",
                full_name=run.head_repo,
                owner=self._simple_user(run.head_repo.split("/")[0]),
            )
        return CONTRACT.of(
            "workflow-run",
            id=run.id,
            conclusion=run.conclusion,
            head_sha=run.head_sha,
            head_branch=run.head_branch,
            path=run.path,
            event=run.event,
            created_at=stamp(run.at),
            updated_at=stamp(run.at),
            head_repository=repository,
        )

    @staticmethod
    def _write_run(run: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
        run.update({key: value for key, value in body.items() if key != "output"})
        if body.get("conclusion"):
            run["status"] = "completed"
        run["output"] = {"title": None, "summary": None, "text": None, "annotations_count": 0,
                         "annotations_url": ""} | body.get("output", {})  # fmt: skip
        return run

    def _url(self) -> str:
        return f"{self.double.url}/repos/{self.double.repository.name}"

    def _user(self, login: str, number: int) -> dict[str, Any]:
        kind = "Bot" if login.endswith("[bot]") else "User"
        return {"login": login, "id": number, "type": kind, "url": f"{self.double.url}/users/x"}

    def _simple_user(self, login: str | None) -> dict[str, Any] | None:
        if login is None:
            return None
        numbers = {user.login: user.id for user in self.double.repository.tokens.values()}
        number = self.double.repository.logins.get(login, numbers.get(login, sum(login.encode())))
        return CONTRACT.of("simple-user", **self._user(login, number))

    @staticmethod
    def _label(name: str) -> dict[str, Any]:
        return CONTRACT.of("label", name=name, color="ededed")

    def _commit(self, sha: str) -> dict[str, Any]:
        return CONTRACT.of("commit", sha=sha, url=f"{self._url()}/commits/{sha}")

    def _issue(self, thread: Thread) -> dict[str, Any]:
        url = f"{self._url()}/issues/{thread.number}"
        kind = "pull" if thread.pull else "issues"
        issue = CONTRACT.of(
            "issue",
            id=thread.number,
            number=thread.number,
            title=thread.title,
            body=thread.body,
            state=thread.state,
            user=self._simple_user(thread.user),
            labels=[self._label(name) for name in thread.labels],
            url=url,
            html_url=f"https://github.invalid/{kind}/{thread.number}",
            created_at=stamp(thread.at),
            updated_at=stamp(thread.updated),
        )
        if thread.pull is not None:
            issue["pull_request"] = {"url": url.replace("/issues/", "/pulls/"), "html_url": "",
                                     "diff_url": "", "patch_url": ""}  # fmt: skip
        return issue

    def _pull(self, definition: str, thread: Thread) -> dict[str, Any]:
        pull = thread.pull
        assert pull is not None
        url = f"{self._url()}/pulls/{thread.number}"
        value = CONTRACT.of(
            definition,
            id=thread.number,
            number=thread.number,
            title=thread.title,
            body=thread.body,
            state=thread.state,
            user=self._simple_user(thread.user),
            url=url,
            issue_url=url.replace("/pulls/", "/issues/"),
            comments_url=url.replace("/pulls/", "/issues/") + "/comments",
            locked=thread.locked,
            author_association=thread.association,
            created_at=stamp(thread.at),
            updated_at=stamp(thread.updated),
        )
        for side, sha, ref, repo in (
            ("head", pull.head_sha, pull.head_ref, pull.head_repo),
            ("base", pull.base_sha, pull.base_ref, self.double.repository.name),
        ):
            owner = repo.split("/")[0] if repo else None
            value[side] = value[side] | {
                "sha": sha, "ref": ref, "label": f"{owner or 'unknown'}:{ref}",
                "user": self._simple_user(owner),
                "repo": repo and CONTRACT.of("repository", full_name=repo, name="lab5",
                                             owner=self._simple_user(owner)),
            }  # fmt: skip
        return value

    def _comment(self, comment: Comment) -> dict[str, Any]:
        return CONTRACT.of(
            "issue-comment",
            id=comment.id,
            body=comment.body,
            user=self._simple_user(comment.user),
            url=f"{self._url()}/issues/comments/{comment.id}",
            html_url=f"https://github.invalid/pull/{comment.thread}#issuecomment-{comment.id}",
            issue_url=f"{self._url()}/issues/{comment.thread}",
            created_at=stamp(comment.at),
            updated_at=stamp(comment.updated),
            author_association="NONE",
        )

    # rules

    def _thread(self, number: str) -> Thread:
        thread = self.double.repository.threads.get(int(number))
        if thread is None:
            raise RefusedError(404, "Not Found")
        return thread

    def _find_comment(self, number: str) -> Comment:
        comment = self.double.repository.comments.get(int(number))
        if comment is None:
            raise RefusedError(404, "Not Found")
        return comment

    @staticmethod
    def _seen(items: Iterable[Any]) -> list[Any]:
        """What a list shows: what was just written may be missing from the next few."""
        seen = []
        for item in items:
            if item.hidden_for:
                item.hidden_for -= 1
            else:
                seen.append(item)
        return seen

    def _issues_enabled(self) -> None:
        if not self.double.repository.issues_enabled:
            raise RefusedError(410, "Issues has been disabled in this repository.")

    @staticmethod
    def _may_write(user: User, *, author: str | None = None, anyone: bool = False) -> None:
        if not user.login:
            raise RefusedError(401, "Requires authentication")
        if user.write or author == user.login or (anyone and not user.app and user.login != BOT):
            return
        reason = "Resource not accessible by integration" if user.app else "Forbidden"
        raise RefusedError(403, reason)

    @staticmethod
    def _fits(resource: str, body: str) -> None:
        if len(body) > BODY_LIMIT:
            error = {"resource": resource, "code": "custom", "field": "body",
                     "message": "body is too long (maximum is 65536 characters)"}  # fmt: skip
            raise RefusedError(422, "Validation Failed", errors=[error])
