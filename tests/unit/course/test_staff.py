"""`staff` in groups.yaml: the private repository whose results alone count."""

from pathlib import Path

import pytest

from grader.course.roster import load_roster
from grader.errors import ConfigurationError

GROUPS = "course: c\ngroups: [{name: A, members: [{name: x}]}]\n"


def test_staff_and_its_bot(tmp_path: Path) -> None:
    """Without the setting there is none; with it the app's name says who writes."""
    path = tmp_path / "groups.yaml"
    path.write_text(GROUPS)
    assert load_roster(path).staff is None
    path.write_text(f"{GROUPS}staff: {{repository: Uni-A/nn.101_staff, app: our-grader}}\n")
    staff = load_roster(path).staff
    assert staff is not None
    assert (staff.repository, staff.bot) == ("Uni-A/nn.101_staff", "our-grader[bot]")


@pytest.mark.parametrize(
    ("staff", "message"),
    [
        ("a/b", 'line 3: "staff"'),
        ("{repository: b, app: c}", 'line 3: "b" is not a repository; write it as OWNER/NAME'),
        ("{repository: a/b}", 'line 3: .*"app"'),
        ("{repository: a/b, app: 'Our grader'}", 'line 3: "Our grader" is not an app'),
        ("{repository: a/b, app: c, key: d}", 'line 3: unknown key "key"'),
    ],
)
def test_faulty_staff(tmp_path: Path, staff: str, message: str) -> None:
    """Each mistake in the setting is named with its line."""
    path = tmp_path / "groups.yaml"
    path.write_text(f"{GROUPS}staff: {staff}\n")
    with pytest.raises(ConfigurationError, match=message):
        load_roster(path)
