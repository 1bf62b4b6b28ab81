"""Tables that people send and take away."""

import csv
import io
from datetime import date
from enum import StrEnum

import pytest

from clinic.documents import tables
from clinic.domain.errors import RuleBroken


def read(text):
    return tables.read_csv(text.encode() if isinstance(text, str) else text)


def refusal(data):
    with pytest.raises(RuleBroken) as refused:
        read(data)
    return refused.value.message


def cells(table):
    return [tuple(row.cells.values()) for row in table.rows]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("comma", [",", ";"])
def test_a_table_is_read_however_a_spreadsheet_saved_it(mark, end, comma):
    lines = ["name{0}town", "Siân{0}Ŵestmarch", '"a ""b"", c;d"{0}x']
    table = read(mark + end.join(lines).format(comma))
    assert table.header == ("name", "town")
    assert cells(table) == [("Siân", "Ŵestmarch"), ('a "b", c;d', "x")]


def test_cells_are_found_by_their_heading_without_the_spaces_around():
    (row,) = read(" name , town \n  Ann ,  Westmarch \n").rows
    assert (row["name"], row["town"]) == ("Ann", "Westmarch")


def test_every_row_knows_the_line_on_which_it_begins():
    table = read('name,note\nA,"two\nlines"\n\nB,x\n,\nC,y\n')
    assert [(row.line, row["name"]) for row in table.rows] == [(2, "A"), (5, "B"), (7, "C")]


def test_a_semicolon_within_quotation_marks_of_a_heading_separates_nothing():
    assert read('"a;b;c",d\n1,2\n').header == ("a;b;c", "d")


def test_one_column_needs_no_separator():
    assert cells(read("name\nAnn\n")) == [("Ann",)]


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\n\n  \n", b",,\n"])
def test_an_empty_file_is_said_to_be_empty(data):
    assert refusal(data) == "This file is empty. Its first line must hold the headings."


def test_headings_alone_are_a_table_without_rows():
    assert read("name,town\n").rows == ()


@pytest.mark.parametrize(
    ("data", "beginning"),
    [
        ("name\nSiân\nx".encode("cp1252"), "Line 2 is not written in UTF-8."),
        ("name\nAnn".encode("utf-16"), "This file is in UTF-16, not in UTF-8."),
        (b"name\nAnn\nB\0b\n", "Line 3 holds a null character."),
    ],
)
def test_a_file_saved_the_wrong_way_is_refused_with_the_way_to_save_it(data, beginning):
    said = refusal(data)
    assert said.startswith(beginning)
    assert said.endswith("“CSV UTF-8 (Comma delimited)”, and send the new file.")


@pytest.mark.parametrize(
    ("text", "line"),
    [('name,note\nA,"open\nB,x\n', 2), ('name,note\nA,x\n"B"b,x\n', 3), ('name,note\nA,x\nB,"', 3)],
)
def test_broken_quotation_marks_are_found_where_their_row_begins(text, line):
    assert refusal(text).startswith(
        f"The quotation marks of the row that begins on line {line} do not match."
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("name,Town,NAME\n", "The heading “NAME” stands there twice."),
        ("name,,town\n", "Column 2 has no heading."),
        ("name,town\nA,B\nA,B,C\n", "The row on line 3 has 3 cells, but there are 2 headings."),
        ("name,town\nA\n", "The row on line 2 has 1 cells, but there are 2 headings."),
    ],
)
def test_a_table_out_of_shape_is_refused_with_its_line(text, sentence):
    assert refusal(text).startswith(sentence)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"a\n" + b"x" * tables.MOST_BYTES, "This file is larger than 10 MB. Send it in parts."),
        (b"a\n" + b"x\n" * 10_001, "This file has more than 10,000 rows. Send it in parts."),
        (b"a\nx\n" + b"x" * 20_001, "A cell on line 3 has more than 20,000 characters. Shorten it."),
        (b"a\nx\n" + b"x" * 200_000, "A cell on line 3 has more than 20,000 characters. Shorten it."),
        (
            ",".join(f"c{n}" for n in range(101)).encode(),
            "This file has 101 columns and may have 100.",
        ),
    ],
)
def test_a_file_that_is_too_large_is_refused(data, sentence):
    assert refusal(data) == sentence


def test_as_many_rows_as_allowed_are_read():
    assert len(read("a\n" + "x\n" * tables.MOST_ROWS).rows) == tables.MOST_ROWS


FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "＝1",
    '=HYPERLINK("//evil.example")',
]


@pytest.mark.parametrize("cell", FORMULAS)
def test_no_cell_that_we_write_is_a_formula(cell):
    written = tables.write_csv([cell], [[cell]]).decode("utf-8-sig")
    for (found,) in csv.reader(io.StringIO(written, newline="")):
        assert found == f"'{cell}"


class Colour(StrEnum):
    RED = "red"


def test_a_written_table_opens_in_a_spreadsheet_as_it_is():
    row = ["Siân", None, -5, 1.5, True, date(2026, 11, 26), Colour.RED, 'a "b", c\nd', "nul\0l"]
    written = tables.write_csv([f"c{n}" for n in range(len(row))], [row])
    assert written.startswith(b"\xef\xbb\xbfc0,c1,")
    assert written.endswith(b"\r\n")
    (read_back,) = cells(tables.read_csv(written))
    assert read_back == (
        "Siân", "", "-5", "1.5", "True", "2026-11-26", "red", 'a "b", c\nd', "null",
    )  # fmt: skip


def test_a_table_written_from_nothing_has_its_headings():
    assert tables.write_csv(["name"], []) == b"\xef\xbb\xbfname\r\n"
