"""The signing key is written into groups.yaml in place."""

from pathlib import Path

import pytest

from grader.course.public_key import with_signing_key
from grader.course.roster import load_roster

KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
GROUPS = "groups:\n  - name: A\n    members: [{name: One}]  # one\n"


@pytest.mark.parametrize(
    "before", ["signing_key: null  # none\n", "signing_key:\n", "signing_key: 'x'\n", "", "# no\n"]
)
def test_only_the_key_changes(tmp_path: Path, before: str) -> None:
    """A null, an empty value, another key or none at all becomes the key; comments stay."""
    path = tmp_path / "groups.yaml"
    path.write_text(f"course: C\n{before.replace('x', KEY)}{GROUPS}")
    path.write_text(with_signing_key(path, KEY))
    assert load_roster(path).signing_key == KEY
    text = path.read_text()
    assert text.endswith(GROUPS)
    assert text.count("#") == before.count("#") + 1
