"""Crashes that have to do with tables of pandas and arrays of NumPy."""

from grader.checking.crash import Kind

TABLE_KINDS = (
    Kind(
        r"KeyError: .*?'([^']+)'",
        "The table has no column {1}.",
        "Print the table's columns once: capital letters and units belong to the names.",
        line=r"^(?!.*\.loc\[\s*['\"])",
        inside="pandas",
    ),
    Kind(
        r"KeyError: (?:np\.int64\()?(-?\d+)",
        "No row or column of the table is labelled {1}: [...] and .loc go by labels, and after a "
        "filter, a shuffle or a split they are not 0, 1, 2, ... any more.",
        "Use .iloc[...] for the place.",
        inside="pandas",
    ),
    Kind(
        r"KeyError: '?([^']+)'?$",
        "The dictionary has no key {1}.",
        "Print its keys once; also the type counts, 1 is not '1'.",
        inside="",
    ),
    Kind(
        r"Usecols do not match columns.*?\['([^']+)'|"
        r"AttributeError: 'DataFrame' object has no attribute '(\w+)'",
        "The table has no column {1}{2}.",
        "Print the table's columns once: capital letters and units belong to the names.",
    ),
    Kind(
        r"single positional indexer is out-of-bounds",
        "The table has fewer rows or columns than this place: they are counted from 0.",
        "Look at the table's shape above: first the rows, then the columns.",
    ),
    Kind(
        r"truth value of a (Series|DataFrame) is ambiguous",
        "`if`, `and`, `or` and `not` want one yes or no, and a {1} holds many.",
        "Use & and | with brackets around both sides, or .any() and .all().",
    ),
    Kind(
        r"Cannot perform reduction '(\w+)' with string|unsupported operand type.* 'str' and|"
        r"Could not convert .* to numeric",
        "A column of strings is used as if it held numbers.",
        "Choose the columns that hold numbers first.",
        inside="pandas",
    ),
    Kind(
        r"invalid literal for int\(\) with base 10: '?([^']*)'?",
        "The string {1} cannot be read as a whole number.",
        "Names need a class number each, for instance by a dictionary; a header is no row.",
    ),
    Kind(
        r"(ParserError|EmptyDataError|Error tokenizing data)",
        "The file is not read as the table that it is: another separator, or lines that are none "
        "of the table.",
        "Look at the file's first lines, and at sep= and header=.",
    ),
    Kind(
        r"IndexError: only integers, slices|arrays used as indices must be of integer|"
        r"invalid data type 'str'",
        "An index has to be a whole number, a slice or a mask; here it is a string or a float. "
        "Column names belong to tables of pandas only.",
        "Use numbers, as in x[:, 0:4]; for a float use // or int(...).",
    ),
    Kind(
        r"only integer scalar arrays can be converted to a scalar index",
        "np.concatenate, np.stack and the like take one list of arrays; the second argument is the "
        "axis.",
        "Put square brackets around the arrays.",
        line=r"(concatenate|stack)\(",
    ),
    Kind(
        r"InvalidIndexError|TypeError: '\(slice|KeyError: \(slice",
        "A DataFrame takes column names in square brackets, not rows and columns by number.",
        "Use .iloc[:, 0:4], or take .values first.",
    ),
    Kind(
        r"could not convert string to float: '?([^']*)'?",
        "The string {1} cannot be read as a number.",
        "A header row is no data (no header=None), and the column with the names is no feature.",
    ),
    Kind(
        r"(numpy\.object_|dtype\('O'\)|numpy\.str_|np\.str_)",
        "An array of objects: it holds strings, lists or mixed types, not numbers alone.",
        "Choose the number columns before .values; of a column of lists take .tolist().",
    ),
    Kind(
        r"too many dimensions 'str'|expected .* got str",
        "The labels are strings, and a tensor holds numbers only.",
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
