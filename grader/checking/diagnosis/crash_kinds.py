"""The kinds of crash that are known, and here those of a file that is no Python."""

from grader.checking.crash import Kind
from grader.checking.diagnosis.module_crashes import MODULE_KINDS
from grader.checking.diagnosis.python_crashes import PYTHON_KINDS
from grader.checking.diagnosis.shape_crashes import SHAPE_KINDS
from grader.checking.diagnosis.table_crashes import TABLE_KINDS
from grader.checking.diagnosis.tensor_crashes import TENSOR_KINDS

_EDITORS = (
    "In VS Code: click the encoding in the bar at the bottom, “Save with Encoding”, “UTF-8”. In "
    "Notepad: Save As, Encoding: UTF-8."
)

FILE_KINDS = (
    Kind(
        r"SyntaxError: (\S+) is saved as UTF-16",
        "{1} is saved as UTF-16, which Python does not read.",
        _EDITORS,
    ),
    Kind(
        r"SyntaxError: (\S+) is saved in CP949 or EUC-KR encoding",
        "{1} is saved in CP949 (EUC-KR), as some Korean editors do; Python reads UTF-8.",
        _EDITORS,
    ),
    Kind(
        r"SyntaxError: (\S+) is saved in another encoding",
        "{1} is not saved as UTF-8, which is what Python reads.",
        _EDITORS,
    ),
    Kind(
        r"SyntaxError: (\S+) holds a notebook",
        "{1} holds a notebook (.ipynb), not Python code.",
        "In Jupyter or Colab: File, Download .py; or copy the cells into the file.",
    ),
    Kind(
        r"(Syntax|Indentation|Tab)Error",
        "A merge conflict was committed: git has left its marks in the file.",
        "Keep the lines you want, delete the lines with <<<<<<<, ======= and >>>>>>>, then commit "
        "again.",
        line=r"^(<{7}|={7}$|>{7})",
    ),
    Kind(
        r"SyntaxError",
        "A line of a notebook: lines that begin with ! or % are commands of Jupyter, not Python.",
        "Delete the line; everything the assignment needs is installed.",
        line=r"^[!%]",
    ),
    Kind(
        r"SyntaxError",
        "A line copied from a Python prompt: `>>>` is not part of the code.",
        "Delete the `>>>` at the start of each line, and the lines of output.",
        line=r"^>>> ",
    ),
    Kind(
        r"SyntaxError: (invalid character|invalid non-printable character)",
        "A character that only looks like one of Python's: a typographic quote, a full-width "
        "comma or bracket, a long dash, or a space that is none.",
        "Type the marked character anew.",
    ),
    Kind(
        r"TabError|IndentationError: unindent does not match",
        "The lines of a block begin with different spaces, or with tabs and spaces mixed.",
        "Let the editor turn tabs into spaces, four for each level.",
    ),
    Kind(
        r"IndentationError: expected an indented block after (.+) on line (\d+)",
        "The block that begins in line {2} is empty.",
        "Indent what belongs to it by four spaces.",
    ),
    Kind(
        r"SyntaxError: '(.)' was never closed",
        "The bracket {1} is opened in this line and closed nowhere.",
        "Close it; the rest of the file is read once it is.",
    ),
    Kind(
        r"SyntaxError: expected ':'",
        "A colon is missing at the end of the line.",
        "if, for, while, def, class, with and else end with a colon.",
    ),
    Kind(
        r"SyntaxError: '(return|yield|await)' outside function",
        "A `{1}` stands outside every function: it is indented too little.",
        "Indent the lines of the function's body alike.",
    ),
    Kind(
        r"SyntaxError: unterminated",
        "A string begins in this line and never ends: its closing quotation mark is missing.",
        "Close it with the same mark; a string over several lines takes three.",
    ),
    Kind(
        r"SyntaxError: unmatched '(.)'",
        "The bracket {1} closes nothing.",
        "Remove it, or open one where it belongs.",
    ),
    Kind(
        r"SyntaxError: .*instead of '='",
        "A single = gives a name a value; what stands here is compared, or is no name.",
        "Use == to compare; on the left of = stands one name.",
    ),
    Kind(
        r"SyntaxError: .*forgot a comma",
        "Two values stand side by side with nothing between them.",
        "Put a comma or an operator between them.",
    ),
    Kind(
        r"IndentationError: unexpected indent",
        "The line begins further to the right than the one before, and no block begins there.",
        "Let lines of one block begin alike; if, for, def and class end with a colon.",
    ),
    Kind(
        r"SyntaxError: invalid syntax",
        "A command for the terminal, not Python.",
        "Delete the line; everything the assignment needs is installed.",
        line=r"^(pip3?|conda|python3?|cd|git) \w",
    ),
    Kind(
        r"SyntaxError: Missing parentheses in call to 'print'",
        "print without brackets is Python 2.",
        "Write print(...).",
    ),
)

KINDS = (*FILE_KINDS, *TABLE_KINDS, *SHAPE_KINDS, *TENSOR_KINDS, *MODULE_KINDS, *PYTHON_KINDS)
"""The first that fits is told: the more special before the more general."""
