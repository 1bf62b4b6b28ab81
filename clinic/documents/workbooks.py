"""Workbooks (XLSX) as tables: opened with care, and read without computing or guessing.

A workbook can hold what nobody sees on the screen. What is hidden, and cells that stand for
several, are neither taken nor dropped: the file is refused with where they are and how to mend it.
"""

import io
import os
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time
from typing import IO, Any
from xml.parsers import expat

# Where lxml is installed openpyxl would read by it, and it follows what defusedxml refuses.
os.environ["OPENPYXL_LXML"] = "False"

from openpyxl import LXML, Workbook, load_workbook  # noqa: E402  it looks for the word above as it is loaded
from openpyxl.cell import WriteOnlyCell  # noqa: E402

from clinic.documents.tables import (  # noqa: E402
    LONGEST_FIELD,
    MOST_BYTES,
    MOST_COLUMNS,
    MOST_ROWS,
    Row,
    Table,
    headings,
    too_long,
    too_many,
)
from clinic.domain.errors import RuleBroken  # noqa: E402

if LXML:
    raise ImportError("openpyxl was loaded before clinic.documents.workbooks, and reads by lxml")

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_UNPACKED = 50_000_000
MOST_PARTS = 1000
# Of all cells together: one long text that stands in every cell is small only as long as it is packed.
MOST_CHARACTERS = 2 * MOST_BYTES
_RATIO, _SMALL = 100, 5_000_000
_LAST_ROW = 1_048_576
_LAST_COLUMN = "CV"  # the hundredth
_NAMED = 10

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SAVE_AS_XLSX = "Save it in Excel as the type “Excel Workbook (*.xlsx)”, and send the new file."
_COPY = "Copy what is to go in into a new workbook, as values, and send that."
_DAMAGED = f"This file is damaged, or is no workbook. {_SAVE_AS_XLSX}"
_LOCKED = (
    "This workbook has a password. Take it off in Excel (File, Info, Protect Workbook, Encrypt with Password,"
    " empty the box), save it, and send the new file."
)
# What openpyxl and the libraries below it raise for bytes that are no workbook.
_BROKEN = (
    ArithmeticError, AttributeError, EOFError, LookupError, OSError, RuntimeError, SyntaxError, TypeError, ValueError,
    zipfile.BadZipFile, zlib.error, expat.ExpatError,
)


def write(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a workbook of one sheet. Every cell is a text: what begins like a formula computes nothing."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("List")
    for row in (header, *rows):
        cells = [WriteOnlyCell(sheet, str(cell)) for cell in row]
        for cell in cells:
            cell.data_type = "s"
        sheet.append(cells)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def is_workbook(data: bytes) -> bool:
    """Whether the bytes are a workbook of any kind, also of one that is refused."""
    return data.startswith((b"PK", _OLE))


def check(data: bytes) -> int:
    """Refuse what can be told without unpacking anything; return how many bytes it unpacks to."""
    if len(data) > MOST_BYTES:
        raise RuleBroken(f"This file is larger than {MOST_BYTES // 1_000_000} MB. Send it in parts.")
    if data.startswith(_OLE):
        raise RuleBroken(_LOCKED if _ENCRYPTED in data else f"This workbook is of a kind from before 2007."
                                                              f" {_SAVE_AS_XLSX}")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except _BROKEN:
        raise RuleBroken(_DAMAGED) from None
    _check_kind({part.filename.lower() for part in parts})
    if any(part.flag_bits & 1 for part in parts):
        raise RuleBroken(_LOCKED)
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MOST_UNPACKED or len(parts) > MOST_PARTS or unpacked > max(_SMALL, _RATIO * len(data)):
        raise RuleBroken(
            f"This workbook unpacks to {-(-unpacked // 1_000_000):,} MB, far more than its rows need. {_COPY}"
        )
    return unpacked


def _check_kind(names: set[str]) -> None:
    """Refuse every kind of workbook but the plain one; which kind it says it is, is asked when it is read."""
    if any(name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/") for name in names):
        raise RuleBroken(f"This workbook carries macros, which are not taken in. {_SAVE_AS_XLSX}")
    if "xl/workbook.bin" in names:
        raise RuleBroken(f"This is a binary workbook. {_SAVE_AS_XLSX}")
    if "content.xml" in names:
        raise RuleBroken(f"This is an OpenDocument spreadsheet. {_SAVE_AS_XLSX.replace('in Excel ', '')}")
    if "[content_types].xml" not in names:
        raise RuleBroken(_DAMAGED)


def read(data: bytes) -> Table:
    """Read the one sheet that holds something; cells lose the spaces around them, blank lines are left out.

    Days come out as 2026-12-31, whatever the sheet shows. RuleBroken says what is wrong with
    the file, where, and how to put it right.
    """
    check(data)
    with warnings.catch_warnings():
        # openpyxl's warnings quote cells, and would end in a log.
        warnings.simplefilter("ignore")
        try:
            return _table(data)
        except _BROKEN:
            raise RuleBroken(_DAMAGED) from None


def _table(data: bytes) -> Table:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if b"macroEnabled" in archive.read("[Content_Types].xml"):
            raise RuleBroken(f"This workbook is of a kind that carries macros. {_SAVE_AS_XLSX}")
        book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        sheet = _only_sheet(book.worksheets)
        with archive.open(sheet._worksheet_path) as part:
            _look_behind(part)
        return _read(sheet)


def _only_sheet(sheets: Sequence[Any]) -> Any:
    """Return the one sheet that holds something, which must be one that is seen."""
    filled = [sheet for sheet in sheets if any(any(row) for row in _rows(sheet, values_only=True))]
    if not filled:
        raise RuleBroken("This workbook has no sheet that holds anything. Its first row must hold the headings.")
    hidden = [sheet.title for sheet in filled if sheet.sheet_state != "visible"]
    if hidden:
        raise RuleBroken(f"The sheet “{hidden[0][:60]}” is hidden and holds something. {_COPY}")
    if len(filled) > 1:
        names = " and ".join(f"“{sheet.title[:60]}”" for sheet in filled[:2])
        raise RuleBroken(f"This workbook has {len(filled)} sheets that hold something, among them {names}."
                         " Leave one of them, and send each other one as a file of its own.")
    return filled[0]


def _rows(sheet: Any, values_only: bool = False) -> Iterator[tuple]:
    # Without these bounds one cell far out makes every row as wide, and the sheet as long, as it says it is.
    return sheet.iter_rows(max_row=_LAST_ROW, max_col=MOST_COLUMNS + 1, values_only=values_only)


def _look_behind(part: IO[bytes]) -> None:
    """Refuse a sheet for what its reader does not tell of: hidden rows and columns, cells that are merged."""
    look = _Look()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = look.start
    # No spreadsheet program writes one: it is what an XML bomb is made of.
    parser.StartDoctypeDeclHandler = look.refuse
    parser.ParseFile(part)
    if look.merged:
        raise RuleBroken(f"The cells {look.merged[:20]} are merged. Unmerge all cells (Home, Merge & Centre), fill in"
                         " each that belongs to a row, and send the new file.")
    for word, places in (("row", look.hidden_rows), ("column", look.hidden_columns)):
        if places:
            raise RuleBroken(f"{_named(word, places)} hidden. Show all {word}s (a filter may hide some), delete what"
                             " is not to go in, and send the new file.")


class _Look:
    """What a sheet's XML says that its reader leaves out. Hidden places count where they hold something."""

    def __init__(self) -> None:
        self.merged = ""
        self.hidden_rows: list[str] = []
        self.hidden_columns: list[str] = []
        self._hidden: list[range] = []
        self._row, self._row_hidden, self._cell = 0, False, ""

    def refuse(self, *_: object) -> None:
        raise RuleBroken(_DAMAGED)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        kind = name.rpartition(" ")[2]
        if kind == "c":
            self._cell = attributes.get("r", "")
        elif kind in ("v", "is"):
            self._holds_something()
        elif kind == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._row_hidden = _is_true(attributes.get("hidden"))
            if self._row > _LAST_ROW:
                self.refuse()
        elif kind == "col" and _is_true(attributes.get("hidden")):
            self._hidden.append(range(int(attributes["min"]), int(attributes["max"]) + 1))
        elif kind == "mergeCell" and not self.merged:
            self.merged = attributes.get("ref", "somewhere")

    def _holds_something(self) -> None:
        letters = self._cell.rstrip("0123456789")
        if len(letters) > 2 or (len(letters) == 2 and letters > _LAST_COLUMN):
            raise RuleBroken(f"The cell {self._cell[:20]} stands beyond the {MOST_COLUMNS}th column. {_COPY}")
        if self._row_hidden and str(self._row) not in self.hidden_rows[-1:]:
            self.hidden_rows.append(str(self._row))
        if self._hidden and any(_number(letters) in span for span in self._hidden):
            if letters not in self.hidden_columns:
                self.hidden_columns.append(letters)


def _is_true(text: str | None) -> bool:
    return text in ("1", "true")


def _number(letters: str) -> int:
    """Return a column's number from 1: 27 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _named(word: str, places: Sequence[str]) -> str:
    """Return `Row 3 is` or `Rows 3, 5 and 9 are`; of many the first ten and how many more."""
    if len(places) == 1:
        return f"{word.capitalize()} {places[0]} is"
    shown = list(places[:_NAMED])
    more = len(places) - len(shown)
    last = f"{more:,} more" if more else shown.pop()
    return f"{word.capitalize()}s {', '.join(shown)} and {last} are"


def _read(sheet: Any) -> Table:
    lines = ((line, cells) for line, cells in enumerate(_rows(sheet), start=1))
    filled = ((line, texts) for line, cells in lines if any(texts := [_text(cell, line) for cell in cells]))
    _, first = next(filled)
    while first and not first[-1]:
        first.pop()
    header = headings(first)
    rows: list[Row] = []
    characters = 0
    for line, texts in filled:
        if len(rows) == MOST_ROWS:
            raise too_many()
        rows.append(_row(line, texts, header))
        characters += sum(map(len, texts))
        if characters > MOST_CHARACTERS:
            raise RuleBroken(f"This workbook holds more than {MOST_CHARACTERS // 1_000_000} million characters."
                             " Send it in parts.")
    return Table(header, tuple(rows))


def _row(line: int, texts: list[str], header: tuple[str, ...]) -> Row:
    if any(texts[len(header):]):
        raise RuleBroken(f"Row {line} holds something to the right of the last heading. Give that column a heading,"
                         " or delete it.")
    texts = texts[:len(header)] + [""] * (len(header) - len(texts))
    return Row(line, dict(zip(header, texts, strict=True)))


def _text(cell: Any, line: int) -> str:
    """Return what a cell holds, as a CSV file would have it."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type in ("f", "e"):
        what = "holds a formula" if cell.data_type == "f" else f"shows {str(value)[:20]}"
        raise RuleBroken(f"The cell {cell.coordinate} {what}. Copy its column, paste it in its place as values, and"
                         " mend what is not one.")
    if isinstance(value, str):
        if len(value) > LONGEST_FIELD:
            raise too_long(line)
        return re.sub(r"_x000D_\n?", "\n", value).strip()
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    return f"{value:.15g}" if isinstance(value, float) else str(value)
