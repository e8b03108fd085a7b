"""The bundled cohort: fifteen neutral members whose submissions are put together from specimens."""

import shutil
from pathlib import Path
from typing import Any

import yaml

from grader.errors import ConfigurationError, naming


def build_cohort(specimens: Path, target: Path) -> None:
    """Lay out one folder per member of `cohort.yaml` under `target`, as students hand them in.

    Raises:
        ConfigurationError: the file names a specimen that does not exist.
    """
    path = specimens / "cohort.yaml"
    with naming(path):
        cohort: dict[str, dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    for member, handed_in in cohort.items():
        (target / member).mkdir(parents=True)
        for assignment, specimen in (handed_in or {}).items():
            source = specimens / assignment / specimen
            if not source.is_dir():
                raise ConfigurationError(f"{path}: {member}: there is no specimen {source}")
            folder = target / member / assignment
            folder.mkdir()
            for file in source.glob("*.py"):
                shutil.copyfile(file, folder / file.name)
