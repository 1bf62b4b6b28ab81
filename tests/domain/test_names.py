"""Two writings of one name are held to be one; two names are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.domain.names import Alike, compare, part, sound, tokens

TEXT = st.text(max_size=40)


@pytest.mark.parametrize(("one", "other", "alike"), [
    ("Łukasz", "Lukasz", Alike.SAME), ("Siân", "SIAN", Alike.SAME), ("Llŷr", "Llyr", Alike.SAME),
    ("O'Brien", "O’Brien", Alike.SAME), ("O Brien", "Obrien", Alike.SAME), ("Mc Donald", "McDonald", Alike.SAME),
    ("Mei-Ling", "Meiling", Alike.SAME), ("Ling Mei", "Mei Ling", Alike.SAME), ("李伟", "Li Wei", Alike.SAME),
    ("al-Masri", "Masri", Alike.SAME), ("ap Gruffydd", "Gruffydd", Alike.SAME), ("van der Berg", "Berg", Alike.SAME),
    ("O", "o", Alike.SAME), ("Fanshawe-Jones", "Jones", Alike.FORM), ("Bob", "Robert", Alike.FORM),
    ("Gosia", "Małgorzata", Alike.FORM), ("Rhys", "Rees", Alike.FORM), ("Kowalska", "Kowalski", Alike.FORM),
    ("محمد", "Mohammed", Alike.FORM), ("خالد", "Khalid", Alike.FORM), ("Mohammed", "Muhammad", Alike.FORM),
    ("Sefton", "Seefton", Alike.SPELLING), ("MacDonald", "McDonald", Alike.SPELLING),
    ("Abd al-Rahman", "Abdulrahman", Alike.SPELLING), ("J", "Jodie", Alike.INITIAL),
    ("J", "Keira", Alike.DIFFERENT), ("Sefton", "Saltash", Alike.DIFFERENT), ("Ben", "Ken", Alike.DIFFERENT),
    ("Li", "Lu", Alike.DIFFERENT), ("Rhys", "Rosa", Alike.DIFFERENT), ("Not known", "Not known", Alike.UNKNOWN),
    ("", "Jodie", Alike.UNKNOWN), ("--", "Jodie", Alike.UNKNOWN),
])
def test_two_writings_of_a_name(one, other, alike):
    assert compare(part(one), part(other)) is compare(part(other), part(one)) is alike


@given(TEXT)
def test_whatever_is_typed_has_words_of_plain_small_letters_and_agrees_with_itself(text):
    words = tokens(text)
    assert all(word.isascii() and word.isalnum() and word == word.lower() for word in words)
    assert compare(part(text), part(text)) is (Alike.SAME if words else Alike.UNKNOWN)


@given(TEXT, TEXT)
def test_comparing_has_no_first_and_second(one, other):
    assert compare(part(one), part(other)) is compare(part(other), part(one))


@pytest.mark.parametrize(("one", "other"), [
    ("jodie", "jody"), ("catherine", "kathryn"), ("quayle", "quale"), ("philip", "filip"), ("thomas", "tomas"),
    ("kowalczyk", "kowalchik"), ("zack", "sack"),
])
def test_what_sounds_alike_is_looked_up_together(one, other):
    assert sound(one) == sound(other)
