"""`grader setup --staff`: the private repository that grades a course, made right and looked at."""

import base64
from pathlib import Path

import pytest
import yaml
from nacl.public import SealedBox

from grader.course.roster import load_roster
from grader.github.seal import signing_key
from grader.github.staff import WORKFLOW
from tests.github.double import Double
from tests.github.new_course import push
from tests.github.state import Repository
from tests.integration.github.administering import Run, administrator_of

SETUP = ("setup", "course/lab5", "--staff", "course/secrets")

STAFF = "staff: {repository: course/secrets, app: our-grader}\n"


@pytest.fixture
def run(hub: Double, tmp_path: Path) -> Run:
    """A function that runs a command as the administrator, in a new course's checkout."""
    return administrator_of(hub, tmp_path)


@pytest.fixture
def secrets(hub: Double) -> Repository:
    """An empty private repository of the same administrator."""
    repository = Repository(name="course/secrets", id=4712, private=True)
    repository.add_user("admin-token", "prof", admin=True)
    hub.others.append(repository)
    return repository


def by_hand(secrets: Repository, folder: Path) -> None:
    """What is left to people: checks, the app's secrets, the setting in groups.yaml."""
    secrets.settings.files["checks/softmax/test_softmax.py"] = "…"
    secrets.settings.environments["grader"].secrets |= {"GRADER_APP_ID": "", "GRADER_APP_KEY": ""}
    roster = folder / "groups.yaml"
    roster.write_text(roster.read_text() + STAFF)


def test_from_an_empty_repository_to_one_that_grades(
    hub: Double, run: Run, secrets: Repository, tmp_path: Path
) -> None:
    """It writes the workflow and the key, says what is left for people, and then all is well."""
    first = run(*SETUP)
    assert first.stdout.endswith("course/secrets: 5 settings changed, 3 left for you\n")
    assert "https://github.com/settings/apps/new?name=lab5-grader&" in first.stdout
    assert "checks=write&pull_requests=write" in first.stdout
    workflow = yaml.safe_load(secrets.settings.files[WORKFLOW])
    assert workflow["env"] == {"OWNER": "course", "COURSE": "lab5"}
    sealed = base64.b64decode(secrets.settings.environments["grader"].secrets["GRADER_SIGNING_KEY"])
    private = SealedBox(secrets.settings.box).decrypt(sealed).decode()
    assert signing_key(private, load_roster(tmp_path / "groups.yaml"))

    by_hand(secrets, tmp_path)
    check = run(*SETUP, "--check")
    assert check.stdout.endswith("course/secrets: 0 findings, 0 not looked at\n"), check.stdout

    run("setup", "course/lab5")
    push(hub, tmp_path)
    assert hub.repository.settings.environments["grader"].secrets == {}
    check = run("setup", "course/lab5", "--check")
    assert check.stdout.endswith("course/lab5: 0 findings, 0 not looked at\n"), check.stdout


def test_what_is_wrong_is_named(hub: Double, run: Run, secrets: Repository, tmp_path: Path) -> None:
    """A public repository, another workflow, a key in the course: each is one finding."""
    run(*SETUP)
    by_hand(secrets, tmp_path)
    run("setup", "course/lab5")
    push(hub, tmp_path)
    secrets.private = False
    secrets.settings.files[WORKFLOW] += "# mine\n"
    done = run(*SETUP, "--check", code=1)
    assert "✗ private: the repository is public\n" in done.stdout
    assert f"✗ workflow: {WORKFLOW} is not that of this grader\n" in done.stdout
    assert "2 findings" in done.stdout
    assert "1 setting changed, 1 left for you" in run(*SETUP).stdout
    assert "# mine" not in secrets.settings.files[WORKFLOW]
    hub.repository.settings.environments["grader"].secrets["GRADER_SIGNING_KEY"] = "x"
    done = run("setup", "course/lab5", "--check", code=1)
    assert "✗ no signing key: the environment grader has a secret GRADER_SIGNING_KEY" in done.stdout


def test_the_course_must_be_named(run: Run, secrets: Repository) -> None:
    """The workflow grades one course, so that is asked for."""
    done = run("setup", "--staff", "course/secrets", code=2)
    assert "name the course that it grades" in done.stderr
