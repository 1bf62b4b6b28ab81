"""Which sections the notes of a panel have."""

import pytest

from clinic.domain.errors import RuleBroken
from clinic.domain.notes import NoteSection, check_section, sections
from clinic.domain.panels import PanelType


def test_every_panel_notes_what_was_shared_first():
    assert {sections(kind)[0] for kind in PanelType} == {NoteSection.SHARED}


def test_clinics_note_what_prosecutors_advise_and_a_marac_does_not():
    assert NoteSection.ADVICE in sections(PanelType.STALKING_CLINIC)
    with pytest.raises(RuleBroken):
        check_section(NoteSection.ADVICE, PanelType.MARAC)


def test_a_scrutiny_panel_notes_lessons():
    check_section(NoteSection.LESSONS, PanelType.CPS_SCRUTINY_PANEL)
