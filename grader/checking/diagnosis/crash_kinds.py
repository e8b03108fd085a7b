"""The kinds of crash that are known: first what is wrong with the file, then Python, then data."""

import re

from grader.checking.crash import Crash, Kind
from grader.checking.diagnosis.module_crashes import MODULE_KINDS
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
        "A line copied from a Python prompt: the `>>>` is no part of the code.",
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
        "Nothing stands in the block that begins in line {2}.",
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
        r"SyntaxError: Missing parentheses in call to 'print'",
        "print without brackets is Python 2.",
        "Write print(...).",
    ),
)

_DRIVES = r"(?:[A-Za-z]:[\\/]|/content/|/Users/|/home/|/mnt/|~|\\\\)"

PYTHON_KINDS = (
    Kind(
        r"ModuleNotFoundError: No module named 'google",
        "google.colab exists on Colab only.",
        "Delete the import and what mounts the drive; data files lie beside your file.",
    ),
    Kind(
        r"ModuleNotFoundError: No module named '(\w+)'",
        "There is no module {1} here. If it is a file of your own: each assignment is graded "
        "alone.",
        "Copy what you need into this file; of packages the grader has those that the handouts "
        "name.",
    ),
    Kind(
        r"ImportError: cannot import name '(\w+)' from '([\w.]+)'",
        "{2} has no {1}.",
        "Check the spelling, and the module it is in.",
    ),
    Kind(
        r"FileNotFoundError: .*'([^']*)'",
        "The path {1} exists on your computer, not where your code is graded.",
        "Use the file's name alone: it lies in the folder in which your program runs.",
        when=lambda _crash, found: re.match(_DRIVES, found[1]) is not None,
    ),
    Kind(
        r"FileNotFoundError: .*'([^']*)'",
        "There is no file {1} where your code runs. Capital and small letters count, and the file "
        "lies in the folder itself.",
        "Use the name that the handout gives, without folders.",
    ),
    Kind(
        r"(PermissionError|OSError|URLError|gaierror|ConnectionError|HTTPError|SSLError).*"
        r"(sklearn|datasets/data|resolve|urlopen|[Nn]etwork|Connection|Temporary failure)",
        "The data is fetched from somewhere else; your code runs without a network and without "
        "other data than the handout's.",
        "Read the file that the handout names.",
    ),
    Kind(
        r"PermissionError",
        "Your code may read and write its own folder only.",
        "Use plain file names, without folders.",
    ),
    Kind(
        r"EOFError: EOF when reading a line",
        "input() waits for somebody to type, and nobody does.",
        "Take the call out, or let the value be an argument with a default.",
        line=r"input\s*\(",
    ),
    Kind(
        r"RecursionError",
        "A function calls itself without end.",
        "Look where it calls its own name: is another function meant, such as torch's or a layer?",
    ),
    Kind(
        r"UnboundLocalError: .*'(\w+)'",
        "`{1}` is used before it gets a value in this function.",
        "Give it its first value before the loop or the if.",
    ),
    Kind(
        r"NameError: name '(\w+)' is not defined",
        "`{1}` is an attribute of the module and needs `self.` before it.",
        "Write self.{1}.",
        when=lambda crash, found: _attribute_forgotten(crash, found[1]),
    ),
    Kind(
        r"NameError: name '(torch|nn|np|pd|F|plt|optim|math|pandas|numpy|random|DataLoader"
        r"|transforms|dsets|datasets|Tensor)' is not defined",
        "`{1}` is not imported in this file.",
        "Add the import at the top of the file.",
    ),
    Kind(
        r"NameError: name '(\w+)' is not defined",
        "Nothing called `{1}` is known in this line.",
        "Is it spelled as where it was made, and made before this line, in this function?",
    ),
    Kind(
        r"TypeError: (?:\w+\.)*(\w+)\(\) got an unexpected keyword argument '(\w+)'",
        "`{1}` has no argument called {2}.",
        "Keep the names of the arguments as the handout and the stub have them.",
    ),
    Kind(
        r"TypeError: (?:\w+\.)+(\w+)\(\) takes (\d+) positional arguments? but (\d+) (?:was|were)",
        "The method `{1}` is given {3} arguments, self and what stands in the brackets, and its "
        "def has room for {2}.",
        "self comes first, then the inputs, as in def {1}(self, x).",
        when=lambda _crash, found: found[1] != "__init__" and int(found[3]) == int(found[2]) + 1,
    ),
    Kind(
        r"TypeError: (?:\w+\.)*(\w+)\(\) takes (?:from \d+ to )?(\d+) positional arguments? but "
        r"(\d+) (?:was|were)",
        "`{1}` is given {3} arguments and takes {2} (self counts).",
        "Compare with the stub: names and number of the arguments stay as they are there.",
    ),
    Kind(
        r"TypeError: (\w+)\(\): argument '(\w+)' \(position \d+\) must be int, not Tensor",
        "{1} is given a tensor where the number {2} is asked for: its arguments are in another "
        "order.",
        "Name them: {2}=1.",
    ),
    Kind(
        r"TypeError: (?:\w+\.)*(\w+)\(\) missing \d+ required positional arguments?: (.+)",
        "`{1}` is called without its argument {2}.",
        "Give it, or keep the arguments of the stub: it is called as the handout says.",
    ),
    Kind(
        r"AttributeError: 'NoneType' object has no attribute|TypeError: 'NoneType' object",
        "A function without `return` gives None, and here something is asked of that None.",
        "Look which call in this line should give a value, and whether its function ends with "
        "return.",
    ),
    Kind(
        r"TypeError: '(\w+)' object is not callable",
        "A name is called like a function, but holds a {1}: it was overwritten, or an operator is "
        "missing before the bracket.",
        "Look for a variable of the same name, and for a forgotten *.",
    ),
    Kind(
        r"ZeroDivisionError",
        "A number is divided by zero: a count or a length is 0 here.",
        "How many samples or batches were there?",
    ),
    Kind(
        r"IndexError: list index out of range",
        "The list is shorter than the index asks for.",
        "The first element has index 0, the last one len − 1.",
    ),
    Kind(
        r"ValueError: (too many|not enough) values to unpack",
        "The left side has another number of names than the right side gives values.",
        "Print the right side once: what does it consist of?",
    ),
)


def _series_or_table(crash: Crash) -> bool:
    return any(one.kind in ("DataFrame", "Series") for one in crash.held)


TABLE_KINDS = (
    Kind(
        r"KeyError: .*?'([^']+)'",
        "The table has no column {1}.",
        "Print the table's columns once: capital letters and units belong to the names.",
        when=lambda crash, _: _series_or_table(crash),
    ),
    Kind(
        r"KeyError: '?([^']+)'?$",
        "The dictionary has no key {1}.",
        "Print its keys once; also the type counts, 1 is not '1'.",
    ),
    Kind(
        r"InvalidIndexError|TypeError: '\(slice|KeyError: \(slice",
        "A DataFrame takes column names in square brackets, not rows and columns by number.",
        "Use .iloc[:, 0:4], or take .values first.",
    ),
    Kind(
        r"could not convert string to float: '?([^']*)'?",
        "A text, {1}, is to become a number: a header row is read as data, or the column with the "
        "names is among the features.",
        "Let pandas read the header (no header=None), and choose the columns that hold numbers.",
    ),
    Kind(
        r"(numpy\.object_|dtype\('O'\)|numpy\.str_|np\.str_)",
        "An array of objects: texts, lists or different things lie in it, not numbers alone.",
        "Choose the number columns before .values; of a column of lists take .tolist().",
    ),
    Kind(
        r"too many dimensions 'str'|expected .* got str",
        "The labels are texts, and a tensor holds numbers only.",
        "Give each name a class number first, for instance by a dictionary.",
    ),
    Kind(
        r"could not determine the shape of object type '(DataFrame|Series)'|"
        r"expected np\.ndarray \(got (DataFrame|Series)\)",
        "torch does not take a table of pandas as it is.",
        "Use torch.tensor(table.values, dtype=torch.float32).",
    ),
    Kind(
        r"must be Tensor, not (DataFrame|Series)",
        "A {1} of pandas is given where a tensor is asked for.",
        "Make a tensor of it: torch.tensor(table.values, dtype=torch.float32), of labels "
        "torch.tensor(labels.values).",
    ),
)


def _attribute_forgotten(crash: Crash, name: str) -> bool:
    """Whether the module that the line belongs to has an attribute of this name."""
    return any(one.kind == "attribute" and one.name == name for one in crash.held)


KINDS = (*FILE_KINDS, *TABLE_KINDS, *TENSOR_KINDS, *MODULE_KINDS, *PYTHON_KINDS)
"""The first that fits is told: the more special before the more general."""
