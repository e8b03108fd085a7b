"""What a course's repository must be set to: each setting, why it matters, how GitHub is told.

PyGithub where it has the call, its requester where it has not. Nothing is believed that was not
read back: some settings are answered with success and stay as they were on plans that lack them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from github import GithubException
from github.ContentFile import ContentFile
from github.Repository import Repository

from grader.github.issues import LABEL, LABEL_COLOUR

RULESET = "grader: the default branch"

GUARDS = ("deletion", "non_fast_forward", "pull_request")
"""The rules that the default branch must have."""

ADMINISTRATORS = 5
"""GitHub's number for the role of a repository's administrators."""

ADMINISTRATION = "Administration"


@dataclass(frozen=True)
class Setting:
    """One thing that must be so.

    Args:
        name: what it is.
        why: what could happen otherwise.
        permission: of a fine-grained token that it belongs to.
        fault: what is wrong with it now, None where nothing is.
        fix: makes it right; None where that is for people to decide.
        advice: what people do then.
    """

    name: str
    why: str
    permission: str
    fault: Callable[[], str | None]
    fix: Callable[[], None] | None = None
    advice: str = ""


@dataclass(frozen=True)
class Settings:
    """The settings that belong to a repository as a whole."""

    repository: Repository

    def all(self) -> list[Setting]:
        """Each of them, in the order in which they are made."""
        private = self.repository.private
        return [
            Setting("issues", "the groups' reports are issues", ADMINISTRATION,
                    self._issues, lambda: self.repository.edit(has_issues=True)),
            *self.of_actions(),
            Setting("forks", "a student's pull request must start grade, with nothing to steal",
                    ADMINISTRATION,
                    self._private_forks if private else self._approval,
                    self._allow_private_forks if private else self._set_approval),
            Setting("default branch", "whoever may push could rewrite the checks unseen",
                    ADMINISTRATION, self._rules, self._guard),
            Setting("label", "the groups' issues are found by it", "Issues",
                    self._label, self._make_label),
        ]  # fmt: skip

    def of_actions(self) -> list[Setting]:
        """Those that every repository with workflows of ours must have."""
        return [
            Setting("actions", "an action of somebody else's could run beside the key",
                    ADMINISTRATION, self._actions, self._allow_actions),
            Setting("workflow token", "a workflow that forgets to say what it may do could write",
                    ADMINISTRATION, self._token, self._restrict_token),
        ]  # fmt: skip

    def _issues(self) -> str | None:
        self.repository.update()
        return None if self.repository.has_issues else "issues are switched off"

    def _actions(self) -> str | None:
        found = get(self.repository, "actions/permissions")
        if not found["enabled"]:
            return "workflows are switched off"
        match found.get("allowed_actions"):
            case "all":
                return "every action of everybody may run"
            case "local_only":
                return "GitHub's own actions, which the workflows use, may not run"
        if not found.get("sha_pinning_required", True):
            return "actions that are not pinned by commit may run"
        chosen = get(self.repository, "actions/permissions/selected-actions")
        if not chosen.get("github_owned_allowed"):
            return "GitHub's own actions, which the workflows use, may not run"
        if chosen.get("verified_allowed") or chosen.get("patterns_allowed"):
            return "actions that no workflow of the course uses may run"
        return None

    def _allow_actions(self) -> None:
        body = {"enabled": True, "allowed_actions": "selected", "sha_pinning_required": True}
        send(self.repository, "PUT", "actions/permissions", body)
        body = {"github_owned_allowed": True, "verified_allowed": False, "patterns_allowed": []}
        send(self.repository, "PUT", "actions/permissions/selected-actions", body)

    def _token(self) -> str | None:
        found = get(self.repository, "actions/permissions/workflow")
        faults = []
        if found["default_workflow_permissions"] != "read":
            faults.append("write to the repository")
        if found["can_approve_pull_request_reviews"]:
            faults.append("approve pull requests")
        return f"every workflow's token may {' and '.join(faults)}" if faults else None

    def _restrict_token(self) -> None:
        body = {"default_workflow_permissions": "read", "can_approve_pull_request_reviews": False}
        send(self.repository, "PUT", "actions/permissions/workflow", body)

    def _approval(self) -> str | None:
        found = get(self.repository, "actions/permissions/fork-pr-contributor-approval")
        # For all contributors is a choice; for first-time ones is GitHub's default, and here
        # everybody stays one, since nothing is ever merged.
        if found["approval_policy"] == "first_time_contributors":
            return "every push of every student waits until you approve its run"
        return None

    def _set_approval(self) -> None:
        body = {"approval_policy": "first_time_contributors_new_to_github"}
        send(self.repository, "PUT", "actions/permissions/fork-pr-contributor-approval", body)

    def _private_forks(self) -> str | None:
        found = get(self.repository, "actions/permissions/fork-pr-workflows-private-repos")
        if found["send_write_tokens_to_workflows"]:
            return "workflows of forks are given a token that may write"
        if found["send_secrets_and_variables"]:
            return "workflows of forks are given the repository's secrets"
        if not found["run_workflows_from_fork_pull_requests"]:
            return "pull requests from forks start no workflow"
        if found["require_approval_for_fork_pr_workflows"]:
            return "every push of every student waits until you approve its run"
        return None

    def _allow_private_forks(self) -> None:
        body = {
            "run_workflows_from_fork_pull_requests": True,
            "send_write_tokens_to_workflows": False,
            "send_secrets_and_variables": False,
            "require_approval_for_fork_pr_workflows": False,
        }
        send(self.repository, "PUT", "actions/permissions/fork-pr-workflows-private-repos", body)

    def _rules(self) -> str | None:
        branch = self.repository.default_branch
        there = {rule["type"] for rule in get(self.repository, f"rules/branches/{branch}")}
        if missing := [rule for rule in GUARDS if rule not in there]:
            return f"no active ruleset says {', '.join(missing)} of {branch}"
        return None

    def _guard(self) -> None:
        body = {
            "name": RULESET,
            "target": "branch",
            "enforcement": "active",
            "conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}},
            # You push to it; everybody else needs a pull request.
            "bypass_actors": [
                {
                    "actor_id": ADMINISTRATORS,
                    "actor_type": "RepositoryRole",
                    "bypass_mode": "always",
                }
            ],
            "rules": [
                {"type": "deletion"},
                {"type": "non_fast_forward"},
                {
                    "type": "pull_request",
                    "parameters": {
                        "required_approving_review_count": 1,
                        "dismiss_stale_reviews_on_push": True,
                        "require_code_owner_review": False,
                        "require_last_push_approval": False,
                        "required_review_thread_resolution": False,
                    },
                },
            ],
        }
        known = {one["name"]: one["id"] for one in get(self.repository, "rulesets")}
        if RULESET in known:
            send(self.repository, "PUT", f"rulesets/{known[RULESET]}", body)
        else:
            send(self.repository, "POST", "rulesets", body)

    def _label(self) -> str | None:
        try:
            self.repository.get_label(LABEL)
        except GithubException as error:
            if error.status != 404:
                raise
            return f"there is no label {LABEL}"
        return None

    def _make_label(self) -> None:
        self.repository.create_label(LABEL, LABEL_COLOUR, "Kept up to date by the grader")


def get(repository: Repository, path: str) -> Any:
    """What GitHub answers for a path of the repository; of a list, the first hundred."""
    return repository.requester.requestJsonAndCheck("GET", f"{repository.url}/{path}")[1]


def text_of(repository: Repository, path: str) -> str | None:
    """A file on the default branch; None where there is none."""
    try:
        found = repository.get_contents(path)
    except GithubException as error:
        if error.status != 404:
            raise
        return None
    if not isinstance(found, ContentFile) or found.encoding != "base64":
        return None
    return found.decoded_content.decode(errors="replace")


def send(
    repository: Repository, method: str, path: str, body: dict[str, Any] | None = None
) -> None:
    """Tell GitHub something that PyGithub has no call for."""
    repository.requester.requestJsonAndCheck(method, f"{repository.url}/{path}", input=body)
