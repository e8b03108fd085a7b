"""Reading YAML: errors name the file and the line."""

from pathlib import Path

import pytest

from grader.course.document import Written, read_document
from grader.errors import ConfigurationError


class Item(Written):
    """An element of the sample document."""

    name: str
    size: int = 0


class Sample(Written):
    """A sample document."""

    title: str
    items: tuple[Item, ...] = ()


def refusal(path: Path, content: str | bytes) -> str:
    """The message with which a document of this content is refused."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(ConfigurationError) as caught:
        read_document(path, Sample)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert "\n" not in message
    return message.removeprefix(str(path))


def test_valid_document(tmp_path: Path) -> None:
    """A valid file, even with a byte-order mark, becomes a model."""
    path = tmp_path / "sample.yaml"
    path.write_bytes("\ufefftitle: 제목\nitems: [{name: a}]\n".encode())
    assert read_document(path, Sample) == Sample(title="제목", items=(Item(name="a"),))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", " is empty"),
        ("# only a comment\n", " is empty"),
        ("- a\n", ", line 1: not a mapping"),
        ("title: a\ntitle: b\n", ', line 2: "title" is here a second time; the first is line 1'),
        ("title: a\nitmes: []\n", ', line 2: unknown key "itmes"; did you mean "items"?'),
        ("title: a\nxyzzy: 1\n", ', line 2: unknown key "xyzzy"'),
        (
            "title: a\nitems:\n- name: b\n- name: c\n  nmae: d\n",
            ', line 5: unknown key "nmae"; did you mean "name"?',
        ),
        ("items: []\n", ', line 1: "title" is missing'),
        ("title: a\nitems:\n- name: b\n- size: 3\n", ', line 4: "name" is missing'),
        ("title: 12\n", ', line 1: "title" should be a valid string; put it in quotes'),
        ("title: a\nitems:\n- {name: b, size: '3'}\n", ', line 3: "size" should be a valid int'),
        ("title: a\nitems:\n- b\n", ', line 3: item 1 of "items" should be a valid dictionary'),
        ("title: a\nitems: b\n", ', line 2: "items" should be a list'),
        ("title: [a\n", ", line 2: not YAML: "),
        ("title: a\n---\ntitle: b\n", ", line 2: a second document begins here"),
        ("title: a\n? [b]\n: c\n", ", line 2: a key must be text"),
        ("title: a\non: b\n", ", line 2: a key must be text"),
        (
            "title: a\nitems:\n- {name: b, size: 2026-13-45}\n",
            ', line 3: "size" should be a valid int',
        ),
        ("title: &t a\nitems: [{name: *t}]\n", ", line 2: anchors and aliases"),
        ("title: a\nitems: &i [*i]\n", ", line 2: anchors and aliases"),
        ("title: !!python/object:os.system a\n", ", line 1: not YAML: "),
        ("title: a\nitems: !!set {b}\n", ", line 2: the tag "),
        ("title: a\nitems: b\0\n", ", line 2: not YAML: "),
        (b"title: a\nitems: \xff\n", ", line 2: not UTF-8"),
        ("title: a\nitems: " + "[" * 5000, " is nested too deeply"),
        ("title: 1\nitems: 2\n", "(and 1 more)"),
    ],
)
def test_faulty_document(tmp_path: Path, content: str | bytes, message: str) -> None:
    """What is wrong is said in one sentence with the line it is on."""
    assert message in refusal(tmp_path / "sample.yaml", content)


def test_missing_file(tmp_path: Path) -> None:
    """A file that is not there, and a folder in its place, are configuration errors."""
    with pytest.raises(ConfigurationError, match="does not exist"):
        read_document(tmp_path / "none.yaml", Sample)
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_document(tmp_path, Sample)
