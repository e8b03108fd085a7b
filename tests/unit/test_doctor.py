"""The doctor names what is wrong with a machine, and how to fix it."""

import sys
from pathlib import Path

import pytest

from grader import doctor
from grader.errors import SandboxError


def findings(
    monkeypatch: pytest.MonkeyPatch, data: Path | None = None
) -> dict[str, doctor.Finding]:
    """The doctor's findings by what they are about, without a look at the sandbox."""
    monkeypatch.setattr(doctor, "_sandbox", lambda _: doctor.Finding("sandbox", True, "x"))
    return {finding.what: finding for finding in doctor.examine(data, [])}


def test_a_matching_pair_and_the_digits_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a good machine versions are shown, and which data stands for MNIST."""
    found = findings(monkeypatch)
    assert found["torch"].good
    assert "matching pair" in found["torch"].text
    assert "digits" in found["data"].text


def test_a_pair_from_two_builds_is_recognised(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error of torchvision's missing operator becomes a sentence that says how to fix it."""

    def fails(name: str) -> object:
        if name == "torchvision":
            raise RuntimeError("operator torchvision::nms does not exist")
        return sys

    monkeypatch.setattr(doctor, "import_module", fails)
    found = findings(monkeypatch)
    assert found["torch"].good is False
    assert "different builds" in found["torch"].text
    assert "pip install" in found["torch"].text
    assert "sandbox" not in found


def test_a_folder_without_mnist_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """GRADER_DATA that holds no MNIST is a fault, not a reason to use the digits."""
    assert findings(monkeypatch, tmp_path)["data"].good is False


def test_a_machine_without_a_sandbox_cannot_grade(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason why no jail can be built is shown."""

    class Refused:
        def __init__(self, **_: object) -> None:
            raise SandboxError("no Landlock here")

    monkeypatch.setattr("grader.sandbox.host.sandbox.Sandbox", Refused)
    found = {finding.what: finding for finding in doctor.examine(None, [])}
    assert found["sandbox"] == doctor.Finding("sandbox", False, "no Landlock here")
