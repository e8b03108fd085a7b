# Each method's name is the operation that it answers, and all are called alike.
# ruff: noqa: D102, ARG002
"""The double's answers about settings, environments, secrets, rulesets, files and approvals."""

import base64
from typing import TYPE_CHECKING, Any

from tests.github.contract import CONTRACT, stamp
from tests.github.refusals import RefusedError, unprocessable
from tests.github.settings_state import Environment, SettingsState
from tests.github.state import User

if TYPE_CHECKING:
    from tests.github.double import Double

Answer = tuple[int, Any]
Body = dict[str, Any]


class SettingsAnswers:
    """The part of the double's operations that only setting a course up uses."""

    double: "Double"

    @property
    def _settings(self) -> SettingsState:
        return self.double.repository.settings

    @staticmethod
    def _administers(user: User) -> None:
        if not user.admin:
            raise RefusedError(403, "Resource not accessible by personal access token")

    def _changes(self, user: User, what: str) -> bool:
        """Whether a change is carried out; some plans say yes and do nothing."""
        self._administers(user)
        return what not in self._settings.ignores

    # the repository and its Actions

    def patch(self, user: User, *, body: Body, **_: Any) -> Answer:
        if self._changes(user, "issues") and "has_issues" in body:
            self.double.repository.issues_enabled = body["has_issues"]
        answer: Answer = self.get(user)  # type: ignore[attr-defined]
        return answer

    def get_actions_permissions(self, user: User, **_: Any) -> Answer:
        self._administers(user)
        return 200, dict(self._settings.actions)

    def put_actions_permissions(self, user: User, *, body: Body, **_: Any) -> Answer:
        if self._changes(user, "actions"):
            self._settings.actions |= body
        return 204, None

    def get_actions_permissions_selected_actions(self, user: User, **_: Any) -> Answer:
        self._administers(user)
        if self._settings.actions["allowed_actions"] != "selected":
            raise RefusedError(409, "Conflict")
        return 200, dict(self._settings.selected)

    def put_actions_permissions_selected_actions(
        self, user: User, *, body: Body, **_: Any
    ) -> Answer:
        self._administers(user)
        if self._settings.actions["allowed_actions"] != "selected":
            raise RefusedError(409, "Conflict")
        self._settings.selected |= body
        return 204, None

    def get_actions_permissions_workflow(self, user: User, **_: Any) -> Answer:
        self._administers(user)
        return 200, dict(self._settings.token)

    def put_actions_permissions_workflow(self, user: User, *, body: Body, **_: Any) -> Answer:
        if self._changes(user, "token"):
            self._settings.token |= body
        return 204, None

    def get_actions_permissions_fork_pr_contributor_approval(self, user: User, **_: Any) -> Answer:
        self._administers(user)
        if self.double.repository.private:
            raise RefusedError(404, "Not Found")
        return 200, {"approval_policy": self._settings.approval}

    def put_actions_permissions_fork_pr_contributor_approval(
        self, user: User, *, body: Body, **_: Any
    ) -> Answer:
        if self.double.repository.private:
            raise RefusedError(422, "Only public repositories have this setting")
        if self._changes(user, "approval"):
            self._settings.approval = body["approval_policy"]
        return 204, None

    def get_actions_permissions_fork_pr_workflows_private_repos(
        self, user: User, **_: Any
    ) -> Answer:
        self._administers(user)
        if not self.double.repository.private:
            raise RefusedError(404, "Not Found")
        return 200, dict(self._settings.private_forks)

    def put_actions_permissions_fork_pr_workflows_private_repos(
        self, user: User, *, body: Body, **_: Any
    ) -> Answer:
        if self._changes(user, "private_forks"):
            self._settings.private_forks |= body
        return 204, None

    # environments and secrets

    def _environment(self, name: str) -> Environment:
        if name not in self._settings.environments:
            raise RefusedError(404, "Not Found")
        return self._settings.environments[name]

    def get_environments_one(self, user: User, *, environment_name: str, **_: Any) -> Answer:
        environment = self._environment(environment_name)
        url = f"{self.double.url}/repos/{self.double.repository.name}"
        return 200, CONTRACT.of(
            "environment",
            name=environment_name,
            url=f"{url}/environments/{environment_name}",
            deployment_branch_policy=environment.policy,
        )

    def put_environments_one(
        self, user: User, *, environment_name: str, body: Body | None, **_: Any
    ) -> Answer:
        if self._changes(user, "environment"):
            environment = self._settings.environments.setdefault(environment_name, Environment())
            environment.policy = (body or {}).get("deployment_branch_policy")
        return self.get_environments_one(user, environment_name=environment_name)

    def get_environments_deployment_branch_policies(
        self, user: User, *, environment_name: str, **_: Any
    ) -> Answer:
        found = self._environment(environment_name).branches
        policies = [CONTRACT.of("deployment-branch-policy", id=key, name=name, type="branch")
                    for key, name in found.items()]  # fmt: skip
        return 200, {"total_count": len(policies), "branch_policies": policies}

    def post_environments_deployment_branch_policies(
        self, user: User, *, environment_name: str, body: Body, **_: Any
    ) -> Answer:
        self._administers(user)
        environment = self._environment(environment_name)
        if not (environment.policy or {}).get("custom_branch_policies"):
            raise RefusedError(404, "Not Found")
        number = self.double.repository.new_id()
        environment.branches[number] = body["name"]
        return 200, CONTRACT.of("deployment-branch-policy", id=number, name=body["name"])

    def delete_environments_deployment_branch_policies_one(
        self, user: User, *, environment_name: str, branch_policy_id: str, **_: Any
    ) -> Answer:
        self._administers(user)
        del self._environment(environment_name).branches[int(branch_policy_id)]
        return 204, None

    def get_environments_secrets(self, user: User, *, environment_name: str, **_: Any) -> Answer:
        self._administers(user)
        return 200, self._listed(self._environment(environment_name).secrets)

    def get_environments_secrets_public_key(
        self, user: User, *, environment_name: str, **_: Any
    ) -> Answer:
        self._administers(user)
        self._environment(environment_name)
        key = base64.b64encode(bytes(self._settings.box.public_key)).decode()
        return 200, {"key_id": "1", "key": key}

    def put_environments_secrets_one(
        self, user: User, *, environment_name: str, secret_name: str, body: Body, **_: Any
    ) -> Answer:
        self._administers(user)
        secrets = self._environment(environment_name).secrets
        if body.get("key_id") != "1":
            raise unprocessable("Secret", "invalid", "key_id")
        status = 204 if secret_name in secrets else 201
        secrets[secret_name] = body["encrypted_value"]
        return status, None if status == 204 else {}

    def get_actions_secrets(self, user: User, **_: Any) -> Answer:
        self._administers(user)
        return 200, self._listed(self._settings.secrets)

    def _listed(self, names: Any) -> Body:
        at = stamp(self.double.repository.clock)
        secrets = [{"name": name, "created_at": at, "updated_at": at} for name in sorted(names)]
        return {"total_count": len(secrets), "secrets": secrets}

    # the default branch, and who may write to it

    def get_rules_branches_one(self, user: User, *, branch: str, **_: Any) -> Answer:
        rules = []
        for number, one in self._settings.rulesets.items():
            if one["enforcement"] == "active":
                origin = {"ruleset_id": number, "ruleset_source_type": "Repository",
                          "ruleset_source": self.double.repository.name}  # fmt: skip
                rules += [lambda r=r, o=origin: r | o for r in one["rules"]]
        return 200, rules

    def get_rulesets(self, user: User, **_: Any) -> Answer:
        rulesets = self._settings.rulesets.items()
        return 200, [lambda n=n, r=r: self._ruleset(n, r) for n, r in rulesets]

    def post_rulesets(self, user: User, *, body: Body, **_: Any) -> Answer:
        number = self.double.repository.new_id()
        if self._changes(user, "rulesets"):
            self._settings.rulesets[number] = body
        return 201, self._ruleset(number, body)

    def put_rulesets_one(self, user: User, *, ruleset_id: str, body: Body, **_: Any) -> Answer:
        if self._changes(user, "rulesets"):
            self._settings.rulesets[int(ruleset_id)] |= body
        return 200, self._ruleset(int(ruleset_id), body)

    def _ruleset(self, number: int, body: Body) -> Body:
        return CONTRACT.of(
            "repository-ruleset",
            id=number,
            name=body["name"],
            enforcement=body["enforcement"],
            source=self.double.repository.name,
        )

    def get_collaborators(self, user: User, *, query: dict[str, str], **_: Any) -> Answer:
        if not user.write or user.app:
            raise RefusedError(403, "Must have push access to view repository collaborators.")
        people = self._settings.writers if query.get("permission") == "push" else []
        return 200, [
            lambda login=login: CONTRACT.of("collaborator", login=login, role_name="write")
            for login in people
        ]

    def get_contents_one(self, user: User, *, path: str, **_: Any) -> Answer:
        if path not in self._settings.files:
            raise RefusedError(404, "Not Found")
        text = self._settings.files[path].encode()
        return 200, CONTRACT.of(
            "content-file",
            type="file",
            encoding="base64",
            size=len(text),
            name=path.rsplit("/", 1)[-1],
            path=path,
            content=base64.b64encode(text).decode(),
        )

    def put_contents_one(self, user: User, *, path: str, body: Body, **_: Any) -> Answer:
        self._administers(user)
        before = self._settings.files.get(path)
        if (before is not None) != ("sha" in body):
            raise RefusedError(422, 'Invalid request. "sha" must say what is replaced.')
        self._settings.files[path] = base64.b64decode(body["content"]).decode()
        return 200 if before else 201, CONTRACT.of("file-commit")

    def post_dispatches(self, user: User, *, body: Body, **_: Any) -> Answer:
        if not user.write or user.app:
            raise RefusedError(403, "Resource not accessible by personal access token")
        self._settings.dispatched.append(body["event_type"])
        return 204, None

    def get_commits(self, user: User, *, query: dict[str, str], **_: Any) -> Answer:
        author = self._settings.commits.get(query.get("path", ""))
        if author is None:
            return 200, []
        who: Any = self._simple_user(author)  # type: ignore[attr-defined]
        return 200, [lambda: CONTRACT.of("commit", sha="c0ffee" + "0" * 34, author=who)]

    def get_actions_workflows(self, user: User, **_: Any) -> Answer:
        return 200, [
            lambda name=name, state=state: CONTRACT.of(
                "workflow", name=name, path=f".github/workflows/{name}.yml", state=state
            )
            for name, state in self._settings.workflows.items()
        ]

    def post_actions_runs_approve(self, user: User, *, run_id: str, body: Any, **_: Any) -> Answer:
        if not user.write or user.app:
            raise RefusedError(403, "Resource not accessible by integration")
        run = next((r for r in self.double.repository.runs if r.id == int(run_id)), None)
        if run is None:
            raise RefusedError(404, "Not Found")
        if run.conclusion != "action_required":
            raise RefusedError(403, "This run is not from a fork pull request")
        run.conclusion = None
        self._settings.approved.append(run.id)
        return 201, {}
