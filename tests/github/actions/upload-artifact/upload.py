"""What the action does: finds files as it does, and packs them from the same folder on."""

import os
import re
import sys
import zipfile
from pathlib import Path


def main() -> str | None:
    """Upload; says what is wrong, if something is."""
    name, wanted = os.environ["NAME"], os.environ["FILES"]
    if not name or re.search(r'[\\/":<>|*?\r\n]', name):
        return f"the artifact's name {name!r} is not allowed"
    if not 1 <= int(os.environ["DAYS"]) <= 90:
        return "an artifact is kept for 1 to 90 days"
    folder, files = found(wanted)
    if not files:
        sentence = f"No files were found with the provided path: {wanted}."
        if os.environ["WHEN_NONE"] == "error":
            return sentence
        print(sentence)
        return None
    archive = Path(os.environ["STAND_IN_ARTIFACTS"]) / f"{name}.zip"
    if archive.exists() and os.environ["OVERWRITE"] != "true":
        return f"Conflict: an artifact {name} already exists on the workflow run"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in files:
            packed.write(file, file.relative_to(folder))
    print(f"{name}: {len(files)} files")
    return None


def found(wanted: str) -> tuple[Path, list[Path]]:
    """The folder that an artifact begins at, and its files; hidden ones are left out."""
    parts = Path(wanted).parts
    plain = next((i for i, part in enumerate(parts) if re.search(r"[*?\[]", part)), len(parts))
    folder = Path(*parts[:plain])
    if plain < len(parts):
        matches = sorted(folder.glob("/".join(parts[plain:])))
    else:
        matches = [folder] if folder.exists() else []
        folder = folder.parent if folder.is_file() else folder
    files = [
        file
        for match in matches
        for file in ([match] if match.is_file() else sorted(match.rglob("*")))
        if file.is_file() and not any(part.startswith(".") for part in file.parts)
    ]
    return folder, files


if __name__ == "__main__":
    sys.exit(main())
