"""The public key of signed results, written into groups.yaml in place."""

from pathlib import Path

import yaml

from grader.course.roster import load_roster


def with_signing_key(path: Path, public: str) -> str:
    """The text of the roster in `path` with this key; every other line stays as it is.

    Raises:
        ConfigurationError: the file is faulty.
    """
    load_roster(path)
    text = path.read_bytes().decode("utf-8-sig")
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    assert isinstance(root, yaml.MappingNode)  # load_roster has found it to be a roster
    for key, value in root.value:
        if key.value == "signing_key":
            start, end = value.start_mark.index, value.end_mark.index
            written = public if start > key.end_mark.index + 1 else f" {public}"
            return text[:start] + written + text[end:]
    at = root.value[0][0].start_mark.index
    return f"{text[:at]}signing_key: {public}\n{text[at:]}"
