"""A file of rows that somebody sends: a CSV or a workbook, told apart by its bytes and never by its name."""

from clinic.documents import tables, workbooks
from clinic.documents.tables import Table


def weigh(data: bytes) -> int:
    """Return how many bytes there are to go through; refuse at once what can be told without going through them."""
    return workbooks.check(data) if workbooks.is_workbook(data) else len(tables.decoded(data))


def read(data: bytes) -> Table:
    """Read whatever was sent. RuleBroken says what is wrong with the file, where, and how to put it right."""
    return workbooks.read(data) if workbooks.is_workbook(data) else tables.read_csv(data)
