"""What the double remembers of a repository's settings; a new repository of GitHub's at first."""

from dataclasses import dataclass, field
from typing import Any

from nacl.public import PrivateKey

WORKFLOWS = ("ci", "grade", "publish", "regrade", "report")


@dataclass
class Environment:
    """An environment for deployments: which branches may use it, and its sealed secrets."""

    policy: dict[str, bool] | None = None
    branches: dict[int, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)


@dataclass
class SettingsState:
    """All settings; `ignores` holds operations that are answered with success and do nothing."""

    actions: dict[str, Any] = field(
        default_factory=lambda: {
            "enabled": True, "allowed_actions": "all", "sha_pinning_required": False
        }
    )  # fmt: skip
    selected: dict[str, Any] = field(
        default_factory=lambda: {
            "github_owned_allowed": False, "verified_allowed": False, "patterns_allowed": []
        }
    )  # fmt: skip
    token: dict[str, Any] = field(
        default_factory=lambda: {
            "default_workflow_permissions": "write", "can_approve_pull_request_reviews": False
        }
    )  # fmt: skip
    approval: str = "first_time_contributors"
    private_forks: dict[str, bool] = field(
        default_factory=lambda: {
            "run_workflows_from_fork_pull_requests": False,
            "send_write_tokens_to_workflows": False,
            "send_secrets_and_variables": False,
            "require_approval_for_fork_pr_workflows": False,
        }
    )
    environments: dict[str, Environment] = field(default_factory=dict)
    secrets: set[str] = field(default_factory=set)
    rulesets: dict[int, dict[str, Any]] = field(default_factory=dict)
    writers: list[str] = field(default_factory=lambda: ["prof"])
    files: dict[str, str] = field(default_factory=dict)
    commits: dict[str, str] = field(default_factory=dict)
    workflows: dict[str, str] = field(default_factory=lambda: dict.fromkeys(WORKFLOWS, "active"))
    dispatched: list[str] = field(default_factory=list)
    approved: list[int] = field(default_factory=list)
    ignores: set[str] = field(default_factory=set)
    box: PrivateKey = field(default_factory=PrivateKey.generate)
