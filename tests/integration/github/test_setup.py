"""`grader setup`: from the template to a course that is safe, and each way in which it is not."""

import base64
from collections.abc import Callable
from pathlib import Path

import pytest
from nacl.public import SealedBox

from grader.course.public_key import with_signing_key
from grader.course.roster import load_roster
from grader.github.client import Connection
from grader.github.seal import signing_key
from grader.github.settings import Setting
from grader.github.setup import course_settings, look, make
from grader.github.signing import Keys
from tests.github.course import ROOT, assignments
from tests.github.double import Double
from tests.github.new_course import push
from tests.github.settings_state import Environment
from tests.integration.github.administering import Run, administrator_of

REFERENCE = ROOT / "tests/specimens/softmax/passed/reference/softmax.py"


@pytest.fixture
def run(hub: Double, tmp_path: Path) -> Run:
    """A function that runs a command as the administrator, in a new course's checkout."""
    return administrator_of(hub, tmp_path)


def writes(hub: Double) -> int:
    """How many requests were no reading."""
    return sum(method != "GET" for method, *_ in hub.log)


Reach = Callable[..., Connection]


def settings_of(connection: Connection, folder: Path) -> list[Setting]:
    """All settings of the course in `folder`, as the command lists them."""
    path = folder / "groups.yaml"

    def write(public: str) -> None:
        path.write_text(with_signing_key(path, public))

    keys = Keys(None, False, write)
    return course_settings(connection, assignments(), load_roster(path), keys)


@pytest.fixture
def ready(hub: Double, run: Run, reach: Reach, tmp_path: Path) -> Run:
    """The same after all settings were made, with groups.yaml pushed."""
    connection = reach("admin-token")
    for setting in settings_of(connection, tmp_path):
        make(connection, setting, dry_run=False)
    push(hub, tmp_path)
    return run


def test_from_the_template_to_a_safe_course(hub: Double, run: Run, tmp_path: Path) -> None:
    """A dry run changes nothing, the run everything, a second run nothing, and then all is well."""
    dry = run("setup", "course/lab5", "--dry-run")
    assert "course/lab5: 8 settings would be changed, 1 left for you\n" in dry.stdout
    assert writes(hub) == 0
    assert load_roster(tmp_path / "groups.yaml").signing_key is None

    first = run("setup", "course/lab5")
    assert "course/lab5: 8 settings changed, 1 left for you\n" in first.stdout
    assert "git push" in first.stdout
    push(hub, tmp_path)

    made = writes(hub)
    second = run("setup", "course/lab5")
    assert second.stdout.endswith("course/lab5: 0 settings changed\n")
    assert writes(hub) == made
    check = run("setup", "--check", GITHUB_REPOSITORY="course/lab5")
    assert check.stdout.endswith("course/lab5: 0 findings, 0 not looked at\n"), check.stdout


def test_the_secret_belongs_to_the_public_key(hub: Double, ready: Run, tmp_path: Path) -> None:
    """The private key reaches GitHub sealed only, and groups.yaml keeps its comments."""
    settings = hub.repository.settings
    sealed = base64.b64decode(settings.environments["grader"].secrets["GRADER_SIGNING_KEY"])
    private = SealedBox(settings.box).decrypt(sealed).decode()
    assert signing_key(private, load_roster(tmp_path / "groups.yaml"))
    text = (tmp_path / "groups.yaml").read_text()
    assert text.startswith("# The roster.\n")
    assert "  # made by grader setup\n" in text
    assert private not in text


def test_a_key_without_its_other_half(hub: Double, ready: Run, tmp_path: Path) -> None:
    """A lost secret is asked for; a new pair is made only when that is asked for."""
    secrets = hub.repository.settings.environments["grader"].secrets
    sealed = base64.b64decode(secrets.pop("GRADER_SIGNING_KEY"))
    private = SealedBox(hub.repository.settings.box).decrypt(sealed).decode()
    before = (tmp_path / "groups.yaml").read_text()
    refused = ready("setup", "course/lab5", code=2)
    assert "--new-key" in refused.stderr
    assert not secrets
    ready("setup", "course/lab5", GRADER_SIGNING_KEY=private)
    assert secrets
    assert (tmp_path / "groups.yaml").read_text() == before
    ready("setup", "course/lab5", "--new-key")
    assert load_roster(tmp_path / "groups.yaml").signing_key not in before


def _solution_merged(hub: Double) -> None:
    path = "assignments/softmax/softmax.py"
    hub.repository.settings.files[path] = REFERENCE.read_text(encoding="utf-8")
    hub.repository.settings.commits[path] = "g1m1"


def _ruleset_off(hub: Double) -> None:
    [one] = hub.repository.settings.rulesets.values()
    one["enforcement"] = "disabled"


def _private(hub: Double) -> None:
    hub.repository.private = True
    hub.repository.settings.private_forks |= {
        "run_workflows_from_fork_pull_requests": True, "send_secrets_and_variables": True
    }  # fmt: skip


UNSAFE: dict[str, tuple[Callable[[Double], object], str]] = {
    "issues off": (
        lambda hub: setattr(hub.repository, "issues_enabled", False),
        "✗ issues: issues are switched off",
    ),
    "any action": (
        lambda hub: hub.repository.settings.actions.update(allowed_actions="all"),
        "✗ actions: every action of everybody may run",
    ),
    "actions of others": (
        lambda hub: hub.repository.settings.selected.update(patterns_allowed=["evil/*"]),
        "✗ actions: actions that no workflow of the course uses may run",
    ),
    "token that writes": (
        lambda hub: hub.repository.settings.token.update(default_workflow_permissions="write"),
        "✗ workflow token: every workflow's token may write to the repository",
    ),
    "token that approves": (
        lambda hub: hub.repository.settings.token.update(can_approve_pull_request_reviews=True),
        "✗ workflow token: every workflow's token may approve pull requests",
    ),
    "a click for every push": (
        lambda hub: setattr(hub.repository.settings, "approval", "first_time_contributors"),
        "✗ forks: every push of every student waits until you approve its run",
    ),
    "secrets for forks": (
        _private,
        "✗ forks: workflows of forks are given the repository's secrets",
    ),
    "no branch policy": (
        lambda hub: setattr(hub.repository.settings.environments["grader"], "policy", None),
        "✗ environment grader: branches other than main may use it",
    ),
    "another branch": (
        lambda hub: hub.repository.settings.environments["grader"].branches.update({7: "*"}),
        "✗ environment grader: * may use it too",
    ),
    "no secret": (
        lambda hub: hub.repository.settings.environments["grader"].secrets.clear(),
        "✗ signing key: the environment grader has no secret GRADER_SIGNING_KEY",
    ),
    "secret of the repository": (
        lambda hub: hub.repository.settings.secrets.add("GRADER_SIGNING_KEY"),
        "✗ repository secrets: GRADER_SIGNING_KEY is a secret of the whole repository",
    ),
    "ruleset off": (_ruleset_off, "✗ default branch: no active ruleset says deletion, "),
    "student who writes": (
        lambda hub: hub.repository.settings.writers.append("G1M2"),
        "✗ students' rights: G1M2 may write to the repository",
    ),
    "key not pushed": (
        lambda hub: hub.repository.settings.files.update({"groups.yaml": "signing_key: null\n"}),
        "✗ groups.yaml: main does not have the signing_key of your groups.yaml",
    ),
    "solution merged": (
        _solution_merged,
        "✗ stubs: assignments/softmax/softmax.py has no stub of task 1, 2 (commit c0ffee0 of g1m1)",
    ),
    "workflow stopped": (
        lambda hub: hub.repository.settings.workflows.update(report="disabled_inactivity"),
        "✗ workflows: report.yml is disabled inactivity",
    ),
    "no label": (
        lambda hub: hub.repository.labels.clear(), "✗ label: there is no label grader",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", UNSAFE)
def test_each_unsafe_setting_is_one_finding(
    hub: Double, ready: Run, reach: Reach, tmp_path: Path, name: str
) -> None:
    """Each unsafe or missing setting is found, and nothing else."""
    spoil, sentence = UNSAFE[name]
    spoil(hub)
    connection = reach("admin-token")
    findings = [look(connection, setting) for setting in settings_of(connection, tmp_path)]
    [fault] = [one for one in findings if one.outcome != "right"]
    assert fault.outcome == "wrong"
    assert f"✗ {fault.setting.name}: {fault.sentence}".startswith(sentence)


def test_a_finding_says_why_and_what_to_do(hub: Double, ready: Run) -> None:
    """`--check` ends with 1, and says of each finding why it matters and what to do."""
    _solution_merged(hub)
    hub.repository.settings.actions["allowed_actions"] = "all"
    done = ready("setup", "course/lab5", "--check", code=1)
    assert "✗ actions: every action of everybody may run\n" in done.stdout
    assert "git revert" in done.stdout
    assert done.stdout.count("✗") == done.stdout.count("why it matters: ") == 2
    assert done.stdout.endswith("course/lab5: 2 findings, 0 not looked at\n")


def test_what_was_undone_is_made_again(hub: Double, ready: Run) -> None:
    """Run again, it repairs what somebody changed, without a second ruleset or environment."""
    settings = hub.repository.settings
    _ruleset_off(hub)
    settings.environments["grader"].branches[7] = "*"
    settings.token["default_workflow_permissions"] = "write"
    assert "3 settings changed" in ready("setup", "course/lab5").stdout
    assert len(settings.rulesets) == 1
    assert list(settings.environments["grader"].branches.values()) == ["main"]
    ready("setup", "course/lab5", "--check")


def test_rights_that_are_missing_are_named(hub: Double, run: Run) -> None:
    """A token without rights: what it cannot see or change, and which permission that takes."""
    done = run("setup", "course/lab5", GITHUB_TOKEN="owner-token", code=2)
    assert "it takes Administration: read" in done.stdout
    assert "give it Administration: write" in done.stderr
    assert done.stderr.count("grader:") == 1


def test_a_workflow_checks_what_it_may_see(hub: Double, ready: Run) -> None:
    """With a workflow's token the rest is said not to be looked at, and is no finding."""
    done = ready("setup", "--check", GITHUB_TOKEN="bot-token", GITHUB_REPOSITORY="course/lab5")
    assert "0 findings, 6 not looked at" in done.stdout, done.stdout
    _solution_merged(hub)
    done = ready("setup", "--check", "course/lab5", GITHUB_TOKEN="bot-token", code=1)
    assert "1 finding, 6 not looked at" in done.stdout


def test_yes_is_not_believed(hub: Double, run: Run) -> None:
    """A setting that GitHub accepts and does not change is read back and named."""
    hub.repository.settings.ignores |= {"rulesets", "environment"}
    hub.repository.settings.environments["grader"] = Environment()
    hub.repository.settings.ignores.add("token")
    done = run("setup", "course/lab5", code=2)
    assert "✗ default branch: GitHub answered yes, but " in done.stdout
    assert "✗ workflow token: GitHub answered yes, but " in done.stdout


def test_usage(run: Run) -> None:
    """Options that do not go together, and a name that is none, are one sentence."""
    assert "--check changes nothing" in run("setup", "a/b", "--check", "--dry-run", code=2).stderr
    assert "OWNER/NAME" in run("setup", "lab5", code=2).stderr
    assert "is the name right" in run("setup", "course/none", code=2).stderr
