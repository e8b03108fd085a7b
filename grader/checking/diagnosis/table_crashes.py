"""Crashes that have to do with tables of pandas and arrays of NumPy."""

from grader.checking.crash import Crash, Kind


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
