"""Tables as CSV: read with care from whoever sends them, written so that no cell is a formula.

A file that is not quite right is refused whole, with the line and what to do about it:
guessing would put words into the wrong column of somebody's case.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from clinic.domain.errors import RuleBroken

MOST_BYTES = 10_000_000
MOST_ROWS = 10_000
MOST_COLUMNS = 100
LONGEST_FIELD = 20_000

_BOM = "\ufeff"
_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
_SAVE_AS_UTF8 = (
    "In Excel choose File, Save as, and the type “CSV UTF-8 (Comma delimited)”, and send the new file."
)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line of the file on which it begins, and its cells by heading."""

    line: int
    cells: dict[str, str]

    def __getitem__(self, heading: str) -> str:
        return self.cells[heading]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with one line of headings."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]


def read_csv(data: bytes) -> Table:
    """Read UTF-8 with commas or semicolons; cells lose the spaces around them, blank lines are left out.

    RuleBroken says what is wrong with the file, on which line, and how to put it right.
    """
    records = _records(decoded(data))
    _, first = next(records, (0, []))
    if not first:
        raise RuleBroken("This file is empty. Its first line must hold the headings.")
    header = headings(first)
    rows: list[Row] = []
    for line, cells in records:
        if len(rows) == MOST_ROWS:
            raise too_many()
        rows.append(_row(line, cells, header))
    return Table(header, tuple(rows))


def write_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a CSV that spreadsheets open as it is: UTF-8 with its mark, CRLF, no formulas."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([_inert(cell) for cell in header])
    writer.writerows([_inert(cell) for cell in row] for row in rows)
    return (_BOM + text.getvalue()).encode()


def decoded(data: bytes) -> str:
    """Return the text of the file, or say why it has none."""
    if len(data) > MOST_BYTES:
        raise RuleBroken(f"This file is larger than {MOST_BYTES // 1_000_000} MB. Send it in parts.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise RuleBroken(f"This file is in UTF-16, not in UTF-8. {_SAVE_AS_UTF8}")
    if b"\0" in data:
        raise RuleBroken(f"Line {_line_of(data, data.index(0))} holds a null character. {_SAVE_AS_UTF8}")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The usual cause is Excel's plain “CSV”, which is written in Windows-1252.
        line = _line_of(data, error.start)
        raise RuleBroken(f"Line {line} is not written in UTF-8. {_SAVE_AS_UTF8}") from None


def _line_of(data: bytes, position: int) -> int:
    return data.count(b"\n", 0, position) + 1


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each record that is not blank with the line on which it begins, counted from 1."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:
            raise _what_is_wrong(line, error) from None
        if any(cells):
            yield line, cells


def _delimiter(text: str) -> str:
    """Return comma or semicolon, whichever the line of headings has more of outside quotation marks."""
    heading = re.split(r"[\r\n]", text.lstrip(), maxsplit=1)[0]
    bare = "".join(heading.split('"')[::2])
    return ";" if bare.count(";") > bare.count(",") else ","


def _what_is_wrong(line: int, error: csv.Error) -> RuleBroken:
    if "field larger" in str(error):
        return too_long(line)
    return RuleBroken(
        f"The quotation marks of the row that begins on line {line} do not match."
        " A cell that holds a quotation mark needs one at each end, and two for each within."
    )


def too_long(line: int) -> RuleBroken:
    return RuleBroken(f"A cell on line {line} has more than {LONGEST_FIELD:,} characters. Shorten it.")


def too_many() -> RuleBroken:
    return RuleBroken(f"This file has more than {MOST_ROWS:,} rows. Send it in parts.")


def headings(cells: list[str]) -> tuple[str, ...]:
    """Return the headings; refuse missing ones and the same one twice, whatever its capitals."""
    if len(cells) > MOST_COLUMNS:
        raise RuleBroken(f"This file has {len(cells):,} columns and may have {MOST_COLUMNS}.")
    seen: set[str] = set()
    for number, heading in enumerate(cells, start=1):
        if not heading:
            raise RuleBroken(f"Column {number} has no heading.")
        if len(heading) > LONGEST_FIELD:
            raise too_long(1)
        if heading.casefold() in seen:
            raise RuleBroken(f"The heading “{heading}” stands there twice.")
        seen.add(heading.casefold())
    return tuple(cells)


def _row(line: int, cells: list[str], header: tuple[str, ...]) -> Row:
    if len(cells) != len(header):
        raise RuleBroken(
            f"The row on line {line} has {len(cells)} cells, but there are {len(header)} headings."
            " A cell that holds a comma or a semicolon needs quotation marks around it."
        )
    if any(len(cell) > LONGEST_FIELD for cell in cells):
        raise too_long(line)
    return Row(line, dict(zip(header, cells, strict=True)))


def _inert(cell: object) -> str | int | float:
    """Return a cell that a spreadsheet shows and does not compute; numbers stay numbers."""
    if cell is None:
        return ""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return cell
    text = str(cell).replace("\0", "")
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA_STARTS) else text
