"""Workbooks that people send: what is read, and what is refused with how to mend it."""

import io
import random
import tracemalloc
import zipfile
from datetime import date, datetime, time
from importlib.util import find_spec

import openpyxl
import pytest
from openpyxl import Workbook

from clinic.documents import files, workbooks
from clinic.domain.errors import RuleBroken

ROWS = (("name", "day", "note"), ("Siân", date(1990, 3, 27), " a;b "), ("Ŵen", None, "two\nlines"))
SHEET = "xl/worksheets/sheet1.xml"


def book(*rows, change=None):
    """Return a workbook of one sheet; `change(sheet)` does to it what the test is about."""
    made = Workbook()
    for row in rows or ROWS:
        made.active.append(row)
    if change is not None:
        change(made.active)
    kept = io.BytesIO()
    made.save(kept)
    return kept.getvalue()


def packed(data, new):
    """Return the workbook with parts of it written anew, or added."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in old.namelist():
            if name not in new:
                archive.writestr(name, old.read(name))
        for name, text in new.items():
            archive.writestr(name, text)
    return kept.getvalue()


def part(data, name=SHEET):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


def changed(old, new, data=None, name=SHEET):
    data = data or book()
    assert old in part(data, name)
    return packed(data, {name: part(data, name).replace(old, new)})


def refusal(data):
    with pytest.raises(RuleBroken) as refused:
        files.read(data)
    return refused.value.message


def cells(data):
    return [tuple(row.cells.values()) for row in files.read(data).rows]


def test_a_workbook_is_read_as_its_csv_would_be():
    table = files.read(book())
    assert table.header == ("name", "day", "note")
    assert [row.line for row in table.rows] == [2, 3]
    assert cells(book()) == [("Siân", "1990-03-27", "a;b"), ("Ŵen", "", "two\nlines")]


def test_blank_rows_are_left_out_and_the_others_keep_their_number():
    table = files.read(book(("a", "b"), (), ("x",), (None, " "), ("y", "z")))
    assert [(row.line, *row.cells.values()) for row in table.rows] == [(3, "x", ""), (5, "y", "z")]


def test_values_come_out_as_they_are_shown():
    row = (118, 2.0, 0.1, True, datetime.combine(date(2026, 11, 20), time(9, 30)), "007", 1e300, -3.5)
    assert cells(book(tuple("abcdefgh"), row)) == [
        ("118", "2", "0.1", "TRUE", "2026-11-20 09:30", "007", "1e+300", "-3.5")]


def test_what_is_sent_is_read_by_the_careful_reader_though_a_faster_one_is_installed():
    assert find_spec("lxml") and openpyxl.DEFUSEDXML and not openpyxl.LXML


def test_days_are_counted_from_the_year_that_the_workbook_says():
    """A Mac of old counts from 1904: the same number is another day."""
    data = book(("day",), (date(1990, 3, 27),))
    old = changed("<workbookPr ", '<workbookPr date1904="1" ', data, "xl/workbook.xml")
    assert cells(data) == [("1990-03-27",)] and cells(old) == [("1994-03-28",)]


def test_sheets_that_hold_nothing_are_no_matter():
    assert len(cells(book(change=lambda sheet: sheet.parent.create_sheet("Sheet2")))) == 2


def hide_row(sheet):
    sheet.row_dimensions[3].hidden = True


def hide_rows(sheet):
    for line in range(4, 24):
        sheet.append(("x", None, None))
        sheet.row_dimensions[line].hidden = True


def hide_column(sheet):
    sheet.column_dimensions["B"].hidden = True


def hide_columns(sheet):
    sheet.column_dimensions.group("B", "C", hidden=True)


def second_sheet(sheet):
    sheet.parent.create_sheet("Others").append(["x"])


def hidden_sheet(sheet):
    second_sheet(sheet)
    sheet.parent["Others"].sheet_state = "veryHidden"


def put(cell, value):
    return lambda sheet: sheet.__setitem__(cell, value)


@pytest.mark.parametrize(("change", "sentence", "mending"), [
    (hide_row, "Row 3 is hidden.", "Show all rows"),
    (hide_rows, "Rows 4, 5, 6, 7, 8, 9, 10, 11, 12, 13 and 10 more are hidden.", "a filter"),
    (hide_column, "Column B is hidden.", "Show all columns"),
    (hide_columns, "Columns B and C are hidden.", "Show all columns"),
    (hidden_sheet, "The sheet “Others” is hidden and holds something.", "into a new workbook"),
    (second_sheet, "This workbook has 2 sheets that hold something, among them “Sheet” and “Others”.", "Leave one"),
    (lambda sheet: sheet.merge_cells("A2:A3"), "The cells A2:A3 are merged.", "Unmerge"),
    (put("C2", "=1+1"), "The cell C2 holds a formula.", "as values"),
    (put("C2", "#N/A"), "The cell C2 shows #N/A.", "mend"),
    (put("E2", "x"), "Row 2 holds something to the right of the last heading.", "a heading"),
    (put("ABC2", "x"), "The cell ABC2 stands beyond the 100th column.", "new workbook"),
    (put("D1", "NAME"), "The heading “NAME” stands there twice.", ""),
    (put("E1", "x"), "Column 4 has no heading.", ""),
    (put("C2", "x" * 20_001), "A cell on line 2 has more than 20,000 characters.", "Shorten"),
])
def test_what_is_not_plainly_rows_is_refused_with_where_it_is_and_how_to_mend_it(change, sentence, mending):
    said = refusal(book(change=change))
    assert said.startswith(sentence) and mending in said


def test_what_is_hidden_and_holds_nothing_hides_nothing():
    def change(sheet):
        sheet.row_dimensions[9].hidden = True
        sheet.column_dimensions["F"].hidden = True
    assert len(cells(book(change=change))) == 2


def flagged(data):
    """Mark every part as encrypted, as a zip with a password is."""
    data = bytearray(data)
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(magic)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(magic, at + 4)
    return bytes(data)


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRINGS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MACROS = ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
          "application/vnd.ms-excel.sheet.macroEnabled.main+xml")
LAUGHS = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize(("data", "sentence"), [
    (OLE + b"x" * 600 + "EncryptedPackage".encode("utf-16-le"), "This workbook has a password."),
    (OLE + b"x" * 600, "This workbook is of a kind from before 2007."),
    (flagged(book()), "This workbook has a password."),
    (packed(book(), {"xl/vbaProject.bin": b"x"}), "This workbook carries macros"),
    (packed(book(), {"xl/macrosheets/sheet1.xml": b"x"}), "This workbook carries macros"),
    (changed(*MACROS, name="[Content_Types].xml"), "This workbook is of a kind that carries macros."),
    (packed(book(), {"xl/bomb": b"0" * 6_000_000}), "This workbook unpacks to 7 MB, far more than its rows need."),
    (packed(book(), {f"part{n}": b"x" for n in range(1001)}), "This workbook unpacks to 1 MB"),
    (b"PK\x03\x04", "This file is damaged, or is no workbook."),
    (book()[:-100], "This file is damaged, or is no workbook."),
    (packed(book(), {SHEET: "<x"}), "This file is damaged, or is no workbook."),
    (changed("<worksheet", LAUGHS + "<worksheet"), "This file is damaged, or is no workbook."),
    (changed("<workbook", LAUGHS + "<workbook", name="xl/workbook.xml"), "This file is damaged, or is no workbook."),
    (changed('r="3"', 'r="99999999999"'), "This file is damaged, or is no workbook."),
    (packed(book(), {"content.xml": b"x"}), "This is an OpenDocument spreadsheet."),
    (packed(book(), {"xl/workbook.bin": b"x"}), "This is a binary workbook."),
    (book(()), "This workbook has no sheet that holds anything."),
    (b"PK" + b"x" * 10_000_000, "This file is larger than 10 MB."),
])
def test_a_file_that_is_no_plain_workbook_is_refused_with_one_sentence(data, sentence):
    assert refusal(data).startswith(sentence)


def test_more_than_ten_thousand_rows_are_refused():
    assert refusal(book(("a",), *[("x",)] * 10_001)) == "This file has more than 10,000 rows. Send it in parts."


def test_one_long_text_in_every_cell_is_refused_however_small_the_file_is():
    """As Excel keeps them: each text once, and its number in the cells."""
    texts = "".join(f"<si><t>{text}</t></si>" for text in ("x" * 19_999, *(f"h{n}" for n in range(50))))
    lines = ["".join(f'<c t="s"><v>{n + 1}</v></c>' for n in range(50)), *['<c t="s"><v>0</v></c>' * 50] * 30]
    sheet = "".join(f"<row>{cells}</row>" for cells in lines)
    data = packed(changed("</Types>", f'<Override PartName="/xl/sharedStrings.xml" ContentType="{STRINGS}"/></Types>',
                          name="[Content_Types].xml"),
                  {"xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{texts}</sst>',
                   SHEET: f'<worksheet xmlns="{MAIN}"><sheetData>{sheet}</sheetData></worksheet>'})
    assert len(data) < 100_000
    assert refusal(data) == "This workbook holds more than 20 million characters. Send it in parts."


def test_whatever_bytes_are_broken_it_is_read_or_refused():
    good, chance = book(), random.Random(7)
    for _ in range(150):
        data = bytearray(good)
        for _ in range(chance.choice((1, 3, 40))):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            files.read(bytes(data))
        except RuleBroken:
            pass


def test_what_unpacks_to_much_is_refused_before_it_is_unpacked():
    data = packed(book(), {"xl/bomb": b"0" * 60_000_000})
    tracemalloc.start()
    with pytest.raises(RuleBroken):
        workbooks.check(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000
