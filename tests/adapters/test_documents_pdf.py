"""Files for paper: whose copy it is on every page, data that stays data, and what a reader of the page needs."""

import io

import pytest
from pdfua import validate
from pypdf import PdfReader

from clinic.documents import pdf

LINES = [{"number": n, "time": f"9:{n:02}am to 9:{n + 1:02}am", "item": f"PM-2026-{n:06}", "kind": "New case",
          "note": "", "minutes": 12} for n in range(1, 59)]
COPY = {
    "title": "Agenda, 3 December 2026", "panel": "Northmere MARAC", "mark": "OFFICIAL-SENSITIVE",
    "when": "Thursday 3 December 2026, 9:30am to 11:30am", "reader": "Oriel Vantage", "agency": "Saltby Housing",
    "printed": "26 November 2026 at 9:30am", "edition": "Edition 2, published on 25 November 2026 at 9am.",
    "needed": None, "lines": LINES, "actions": [],
}


def pages_of(**said) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf.render("agenda", COPY | said))).pages]


def test_every_page_says_whose_copy_it_is_and_which_page_of_how_many():
    pages = pages_of()
    assert len(pages) > 1
    for number, text in enumerate(pages, 1):
        words = " ".join(text.split())
        assert "OFFICIAL-SENSITIVE" in words
        assert "Copy of Oriel Vantage, Saltby Housing, 26 November 2026 at 9:30am" in words
        assert f"Page {number} of {len(pages)}" in words


def test_a_reader_of_the_page_finds_title_language_headings_and_a_table(tmp_path):
    path = tmp_path / "agenda.pdf"
    path.write_bytes(pdf.render("agenda", COPY))
    report = validate(str(path))
    assert [finding.message for finding in report.findings] == []
    read = PdfReader(path)
    assert read.metadata.title == "Agenda, 3 December 2026"
    assert read.trailer["/Root"]["/Lang"] == "en-GB"
    assert read.trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_a_reader_finds_fault_with_a_file_that_says_nothing_of_itself(tmp_path):
    path = tmp_path / "bare.pdf"
    path.write_bytes(
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>\n")
    assert validate(str(path)).findings


@pytest.mark.parametrize("typed", [
    '#read("/etc/passwd")', "*stars* _lines_ $x$ #panic()", "#image(\"http://127.0.0.1:9/x.png\")", "= A heading",
    "\\ ~ -- @label <tag>", "Zażółć Ольга Ærø"])
def test_what_somebody_typed_stands_there_as_it_was_typed(typed):
    action = {"reference": "AC-1", "case": "PM-1", "what": typed, "agency": "A", "due": "1 Dec 2026"}
    assert "".join(typed.split()) in "".join("".join(pages_of(actions=[action])).split())


def test_a_sign_that_the_typeface_lacks_costs_no_word_beside_it():
    action = {"reference": "AC-1", "case": "PM-1", "what": "山田 rang her.", "agency": "A", "due": "1 Dec 2026"}
    assert "rang her." in "".join(pages_of(actions=[action]))


def test_the_file_holds_no_address_and_nothing_to_run():
    written = pdf.render("agenda", COPY)
    for word in (b"/JavaScript", b"/JS", b"/URI", b"/Launch", b"/EmbeddedFile"):
        assert word not in written


def test_a_page_that_cannot_be_set_is_an_error_and_no_half_file():
    with pytest.raises(pdf.subprocess.SubprocessError):
        pdf.render("agenda", {"title": "Nothing else"})


def test_an_agenda_without_lines_can_be_set_too():
    assert "Running order" in pages_of(lines=[], needed="Your agency is needed from 10am to 11am.")[0]
