"""Lists of people as other systems write them: Classroom, Canvas, Moodle, Excel, a text file.

Columns are recognised by their titles and never guessed; one that is not known is refused. A list
without titles holds one name on each line.
Column titles: the roster of GitHub Classroom, the gradebook exports of Canvas and Moodle.
"""

import csv
import re
from collections.abc import Collection, Sequence
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from grader.course.matching import normalize_key
from grader.errors import ConfigurationError, naming

Rows = list[tuple[int, list[str]]]
"""The line of each row that is not empty, and its cells."""

NAME = {
    "name", "fullname", "student", "studentname", "vollständigername",
    "이름", "성명", "학생", "학생이름", "학생명",
}  # fmt: skip
FIRST = {"firstname", "givenname", "vorname", "이름"}
LAST = {"lastname", "surname", "familyname", "nachname", "familienname", "성"}
LOGIN = {
    "github", "login", "githublogin", "githubusername", "githubuser", "githubaccount",
    "githubhandle", "githubname", "githubbenutzername", "githubkonto", "깃허브", "깃헙",
    "깃허브아이디", "깃헙아이디", "깃허브id", "깃허브계정", "깃허브사용자이름",
    "github아이디", "github계정", "github사용자이름",
}  # fmt: skip
OTHER = {
    "id", "studentid", "studentnumber", "idnumber", "no", "nr", "email", "emailaddress", "mail",
    "emailadresse", "sisuserid", "sisloginid", "section", "department", "institution",
    "matrikelnummer", "matrikelnr", "studiengang", "학번", "번호", "순번", "학과", "전공", "학년",
    "이메일", "이메일주소",
}  # fmt: skip
"""Columns that are known and not needed."""

EXPORTS = (
    {"identifier", "githubusername"},
    {"student", "id", "section"},
    {"firstname", "surname", "emailaddress"},
    {"firstname", "lastname", "emailaddress"},
    {"vorname", "nachname", "emailadresse"},
    {"이름", "성", "이메일주소"},
)
"""Titles that Classroom's, Canvas's and Moodle's files are known by; others there do not matter."""

TITLE_WORDS = {
    "name", "names", "student", "students", "member", "members", "identifier", "id", "email",
    "mail", "login", "username", "user", "github", "group", "teilnehmer", "studierende", "명단",
    "그룹", "조", "아이디",
}  # fmt: skip
"""Words that no person is called by: a line with one of them is a title."""

COLUMNS = (
    "known are name (or First name and Surname; 이름; Vorname and Nachname) and github "
    "(or GitHub username; 깃허브), and the exports of GitHub Classroom, Canvas and Moodle"
)


class Person(NamedTuple):
    """A line of a list: a name, and a login or nothing."""

    line: int
    name: str
    login: str


def read_people(path: Path, *, logins: bool = False) -> list[Person]:
    """Everybody in a list of names.

    Args:
        path: a CSV file, separated by commas, semicolons or tabs, or a name on each line.
        logins: whether a column of GitHub logins is needed.

    Raises:
        ConfigurationError: names the file, the line or the column, and what to do.
    """
    rows = read_table(path)
    if not rows:
        raise ConfigurationError(f"{path} holds no name; write one on each line")
    titles = [_plain(cell) for cell in rows[0][1]]
    if not set(titles) & (NAME | FIRST | LAST | LOGIN | {"identifier"}):
        if logins:
            raise ConfigurationError(f"{path}: no column of names and logins; {COLUMNS}")
        return _bare_names(path, rows)
    columns = _Columns(path, rows[0][1], titles)
    if logins and columns.login is None:
        raise ConfigurationError(f"{path}: no column holds GitHub logins; {COLUMNS}")
    found = [
        Person(line, name, columns.cell(row, columns.login))
        for line, row in rows[1:]
        if (name := columns.name_of(line, row)) is not None
    ]
    if not found:
        raise ConfigurationError(f"{path} holds no name below its titles; write one on each line")
    return found


def last_first(name: str) -> str:
    """ "Lovelace, Ada" → "Ada Lovelace", as Canvas writes names; others stay."""
    return " ".join(part.strip() for part in reversed(name.split(",", 1)))


def is_canvas_row(name: str, number: str) -> bool:
    """Whether a row of Canvas is a student's: not its points, notes, or its student for trials."""
    return bool(number.strip()) and last_first(name).strip() != "Test Student"


def read_table(path: Path) -> Rows:
    """The rows of a CSV file in any of the encodings and line ends that Excel and others write.

    Raises:
        ConfigurationError: the file cannot be read, or is no text or no CSV.
    """
    text = _text(path).replace("\r\n", "\n").replace("\r", "\n")
    first = next((line for line in text.split("\n") if line.strip()), "")
    reader = csv.reader(StringIO(text), delimiter=max(",;\t", key=first.count))
    rows: Rows = []
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append((reader.line_num, [cell.strip() for cell in row]))
    except csv.Error as error:
        raise ConfigurationError(f"{path}, line {reader.line_num}: not a CSV: {error}") from None
    return rows


def _text(path: Path) -> str:
    with naming(path):
        content = path.read_bytes()
    encodings = ["utf-8-sig", "euc_kr", "cp949"]
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        # A European "Ä" and the letter behind it make a Hangul syllable of CP949, amid a word.
        if encoding == "cp949" and re.search("[a-z][가-힣]|[가-힣][a-z]", text, re.IGNORECASE):
            continue
        if "\0" not in text:
            return text
    raise ConfigurationError(
        f'{path} is not UTF-8; in Excel save it as "CSV UTF-8 (comma delimited)"'
    )


def _plain(title: str) -> str:
    """The letters and digits of a column's title: "GitHub Username" and "github_username" alike."""
    return "".join(letter for letter in normalize_key(title) if letter.isalnum())


def _bare_names(path: Path, rows: Rows) -> list[Person]:
    for line, row in rows:
        cells = [cell for cell in row if cell]
        if len(cells) > 1:
            raise ConfigurationError(
                f"{path}, line {line}: {' | '.join(cells)}: there is no title that says what each "
                f"column holds; write titles on the first line, such as name,github; {COLUMNS}"
            )
        if line == rows[0][0] and set(re.split(r"[\W_]+", normalize_key(cells[0]))) & TITLE_WORDS:
            raise ConfigurationError(f'{path}: the column "{cells[0]}" is not known; {COLUMNS}')
    return [Person(line, next(cell for cell in row if cell), "") for line, row in rows]


class _Columns:
    """Which column of a list holds what.

    Raises:
        ConfigurationError: a column is not known, or two claim to hold the same.
    """

    def __init__(self, path: Path, written: Sequence[str], titles: Sequence[str]) -> None:
        self._path, self._titles = path, titles
        export = next((one for one in EXPORTS if one <= set(titles)), set())
        self._canvas = "student" in export
        last = self._only(LAST)
        # "Name, Vorname" and "성, 이름": beside a first name, the name is the last one.
        first = self._only(FIRST if last is not None else FIRST - NAME)
        name = None if last is not None and first is not None else self._only(NAME - {"student"})
        if name is None and first is None:
            name = self._only({"student"})
        if first is not None and last is None:
            first, last, name = first, name, None
        self._fallback = self._only({"identifier"}) if export else None
        self.login = self._only(LOGIN)
        used = {first, last, name, self.login, self._fallback}
        unknown_members = [
            title
            for place, title in enumerate(written)
            if title and place not in used and not export and titles[place] not in OTHER
        ]
        if unknown_members:
            shown = ", ".join(f'"{title}"' for title in unknown_members)
            raise ConfigurationError(
                f"{path}: {shown}: not known as a column; rename it, or remove it; {COLUMNS}"
            )
        if name is None and (first is None or last is None):
            raise ConfigurationError(f"{path}: no column holds whole names; {COLUMNS}")
        self._name, self._first, self._last = name, first, last

    def name_of(self, line: int, row: Sequence[str]) -> str | None:
        """The name in a row; None where the row is one of Canvas's own."""
        if self._canvas:
            name = self.cell(row, self._titles.index("student"))
            return (
                last_first(name)
                if is_canvas_row(name, self.cell(row, self._titles.index("id")))
                else None
            )
        name = self.cell(row, self._name) or self.cell(row, self._fallback)
        if self._name is None and self._first is not None:
            parts = self.cell(row, self._first), self.cell(row, self._last)
            korean = self._titles[self._first] == "이름"
            name = "".join(reversed(parts)) if korean else " ".join(parts).strip()
        if not name:
            raise ConfigurationError(f"{self._path}, line {line}: the name is missing")
        return name

    def cell(self, row: Sequence[str], place: int | None) -> str:
        """What stands in a column; nothing where there is no such column, or the row is short."""
        return row[place] if place is not None and place < len(row) else ""

    def _only(self, titles: Collection[str]) -> int | None:
        places = [place for place, title in enumerate(self._titles) if title in titles]
        if len(places) > 1:
            raise ConfigurationError(
                f"{self._path}: the columns {places[0] + 1} and {places[1] + 1} "
                f'are both "{self._titles[places[0]]}"; remove one'
            )
        return places[0] if places else None
