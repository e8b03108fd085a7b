"""Crashes of plain Python: modules, files, names, arguments, indices."""

import re

from grader.checking.crash import Crash, Kind


def _attribute_forgotten(crash: Crash, name: str) -> bool:
    """Whether the module that the line belongs to has an attribute of this name."""
    return any(one.kind == "attribute" and one.name == name for one in crash.held)


_STORED = r"[^']*\.(?:pt|pth|pkl|ckpt|safetensors|npy|npz)"
_DRIVES = r"(?:[A-Za-z]:[\\/]|/content/|/Users/|/home/|/mnt/|~|\\\\)"

PYTHON_KINDS = (
    Kind(
        r"PermissionError|FileNotFoundError|No module named 'sklearn['.]",
        "The data set comes with a package, and your code can read the handout's files only.",
        "Read the file that the handout names.",
        line=r"\b(load|fetch)_\w+",
    ),
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
        r"ModuleNotFoundError: No module named '([\w.]+)\.(\w+)'",
        "{1} has no part called {2}.",
        "Check the spelling, and where it belongs.",
    ),
    Kind(
        r"ImportError: attempted relative import",
        "The file is run alone: there is no package that a dot could mean.",
        "Copy what you need into this file: each assignment is graded alone.",
    ),
    Kind(
        r"ImportError: cannot import name '(\w+)' from '([\w.]+)'",
        "{2} has no {1}.",
        "Check the spelling, and the module it is in.",
    ),
    Kind(
        rf"FileNotFoundError: .*'({_STORED})'",
        "There is no file {1} here: what was stored on your computer is not handed in.",
        "Compute it in this file; a model is trained where it is graded.",
    ),
    Kind(
        r"FileNotFoundError: .*'([^']*)'",
        "The path {1} exists on your computer, not where your code is graded.",
        "Use the file's name alone: it lies in the folder in which your program runs.",
        when=lambda _crash, found: re.match(_DRIVES, found[1]) is not None,
    ),
    Kind(
        r"FileNotFoundError: (?:.*'([^']*)'|(\S+) not found)",
        "There is no file {1}{2} where your code runs. Capital and small letters count, and the "
        "file lies in the folder itself.",
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
        "Check the name where it is defined (NumPy says axis where torch says dim); your own "
        "functions keep the names of the handout and the stub.",
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
        r"got multiple values for argument '(\w+)'",
        "The argument {1} is given twice: by its place, and by its name.",
        "Leave one of them out; a method has self first.",
    ),
    Kind(
        r"AttributeError: 'NoneType' object has no attribute|TypeError: 'NoneType' object|"
        r"non-iterable NoneType|unsupported operand type.*'NoneType'",
        "Something here is None: a function without `return` gives None.",
        "Look which call in this line should give a value, and whether its function ends with "
        "return.",
    ),
    Kind(
        r"TypeError: '(\w+)' object is not callable",
        "It holds a {1}, not a function: its brackets are one pair too many.",
        "Leave the brackets out: x.T, x.shape, x.grad, x.dtype are no functions.",
        line=r"\.(T|mT|shape|grad|dtype|ndim|device|values|indices|columns|loc|iloc)\(",
        inside="",
    ),
    Kind(
        r"TypeError: '(\w+)' object is not callable",
        "A name is called like a function, but holds a {1}: it was overwritten, or an operator is "
        "missing before the bracket.",
        "Look for a variable of the same name, and for a forgotten *.",
        inside="",
    ),
    Kind(
        r"ZeroDivisionError",
        "A number is divided by zero: a count or a length is 0 here.",
        "How many samples or batches were there?",
    ),
    Kind(
        r"ValueError: (math domain error|expected a (positive|nonnegative) input)",
        "A logarithm or root is taken of 0 or of a negative number.",
        "What comes out as 0 here? A log-softmax avoids the logarithm of a tiny probability.",
        line=r"(log|sqrt)",
    ),
    Kind(
        r"OverflowError: math range error",
        "exp of so large a number does not fit into a float.",
        "Subtract the largest one before exp.",
        line=r"exp",
    ),
    Kind(
        r"'(int|float)' object is not iterable",
        "A loop, list or sum needs several values, and this is a single {1}.",
        "Use range(n) to count.",
        inside="",
    ),
    Kind(
        r"'float' object cannot be interpreted as an integer",
        "A whole number is asked for, and / gives a float.",
        "Use //, or int(...).",
    ),
    Kind(
        r"(list|tuple) indices must be integers or slices, not (\w+)",
        "A {1} is indexed by a {2}; it takes one whole number or a slice.",
        "Make a tensor of the list to choose by rows and columns or by a mask; for a float use //.",
    ),
    Kind(
        r"IndexError: list index out of range",
        "The list is shorter than the index asks for.",
        "The first element has index 0, the last one len − 1.",
    ),
    Kind(
        r"ValueError: (too many|not enough) values to unpack",
        "The left side has more or fewer names than the right side has values.",
        "Print the right side once: what does it consist of?",
    ),
)
