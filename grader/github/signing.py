"""The environment that holds the signing key, the key, and who else could read it."""

from collections.abc import Callable
from dataclasses import dataclass

from github import GithubException
from github.Repository import Repository

from grader.course.roster import Roster
from grader.errors import ConfigurationError
from grader.github.seal import new_keys, signing_key
from grader.github.settings import ADMINISTRATION, Setting, get, send

ENVIRONMENT = "grader"
SECRET = "GRADER_SIGNING_KEY"


@dataclass
class Keys:
    """What the user says of the pair of keys.

    Args:
        private: the key that belongs to the roster's public one, where the user has it.
        renew: whether a new pair is wanted, whatever there is.
        write: puts a new public key into groups.yaml.
    """

    private: str | None
    renew: bool
    write: Callable[[str], None]


@dataclass
class Signing:
    """The settings around the key.

    Args:
        repository: that signs, or must not.
        roster: holds the public key, or none yet.
        keys: what the user says of them.
    """

    repository: Repository
    roster: Roster
    keys: Keys

    @property
    def signs(self) -> bool:
        """Whether results are signed here: not in a course that staff's repository grades."""
        staff, name = self.roster.staff, self.repository.full_name
        return staff is None or staff.repository.casefold() == name.casefold()

    @property
    def public(self) -> str | None:
        """The public key in groups.yaml."""
        return self.roster.signing_key

    def all(self) -> list[Setting]:
        """Each of them, in the order in which they are made."""
        return [
            Setting(f"environment {ENVIRONMENT}",
                    "a workflow on another branch could read the signing key",
                    ADMINISTRATION, self._environment, self._make_environment),
            Setting("signing key", "no result can be signed, so none counts",
                    "Environments", self._key, self._make_key)
            if self.signs else
            Setting("no signing key", "the course could sign what staff's repository did not grade",
                    "Environments", self._key_too_many, None,
                    f"delete the secret {SECRET} of the environment {ENVIRONMENT}"),
            Setting("repository secrets",
                    f"outside the environment {ENVIRONMENT} every workflow can read the key",
                    "Secrets", self._secrets, None,
                    "delete it under Settings → Secrets and variables → Actions, then make a new "
                    "key: grader setup --new-key"),
        ]  # fmt: skip

    def _environment(self) -> str | None:
        branch = self.repository.default_branch
        try:
            environment = get(self.repository, f"environments/{ENVIRONMENT}")
        except GithubException as error:
            if error.status != 404:
                raise
            return "it does not exist"
        policy = environment.get("deployment_branch_policy")
        if policy is None or not policy["custom_branch_policies"]:
            return f"branches other than {branch} may use it"
        allowed = [one["name"] for one in self._branches()]
        if others := [name for name in allowed if name != branch]:
            return f"{', '.join(others)} may use it too"
        return None if allowed else f"{branch} may not use it"

    def _branches(self) -> list[dict[str, str]]:
        path = f"environments/{ENVIRONMENT}/deployment-branch-policies"
        found: list[dict[str, str]] = get(self.repository, path)["branch_policies"]
        return found

    def _make_environment(self) -> None:
        path = f"environments/{ENVIRONMENT}"
        custom = {"protected_branches": False, "custom_branch_policies": True}
        send(self.repository, "PUT", path, {"deployment_branch_policy": custom})
        branch, path = self.repository.default_branch, f"{path}/deployment-branch-policies"
        known = self._branches()
        for one in known:
            if one["name"] != branch:
                send(self.repository, "DELETE", f"{path}/{one['id']}")
        if branch not in [one["name"] for one in known]:
            send(self.repository, "POST", path, {"name": branch, "type": "branch"})

    def _key(self) -> str | None:
        if self.keys.renew:
            return "a new pair is wanted"
        if self.public is None:
            return "groups.yaml has no signing_key"
        return no_secrets(self.repository, SECRET)

    def _key_too_many(self) -> str | None:
        if no_secrets(self.repository, SECRET):
            return None
        return f"the environment {ENVIRONMENT} has a secret {SECRET}"

    def _make_key(self) -> None:
        """Store a private key; the public one is written last, so that a broken run is run again.

        Raises:
            ConfigurationError: there is a public key, and its private one is not known.
        """
        private, public = new_keys()
        if self.public is not None and not self.keys.renew:
            try:
                signing_key(self.keys.private, self.roster)
            except ConfigurationError:
                raise ConfigurationError(
                    "groups.yaml has a signing_key, but GitHub has not the private one; set "
                    f"{SECRET} to it, or make a new pair with --new-key (what the old one signed "
                    "is no longer collected, so collect before)"
                ) from None
            private, public = self.keys.private or "", self.public
        environment = self.repository.get_environment(ENVIRONMENT)
        environment.create_secret(SECRET, private.strip())
        if public != self.public:
            self.keys.write(public)
        self.roster = self.roster.model_copy(update={"signing_key": public})
        self.keys.renew = False

    def _secrets(self) -> str | None:
        found = [one["name"] for one in get(self.repository, "actions/secrets")["secrets"]]
        return f"{SECRET} is a secret of the whole repository" if SECRET in found else None


def no_secrets(repository: Repository, *names: str) -> str | None:
    """Which of these secrets the environment lacks, in words; None where it has them all."""
    try:
        found = get(repository, f"environments/{ENVIRONMENT}/secrets")["secrets"]
    except GithubException as error:
        if error.status != 404:
            raise
        found = []
    there = [one["name"] for one in found]
    lacking = " and no ".join(f"secret {name}" for name in names if name not in there)
    return f"the environment {ENVIRONMENT} has no {lacking}" if lacking else None
