"""Mail domains of agencies, addresses of people, dates of memberships."""

from datetime import date
from uuid import uuid4

import pytest

from clinic.domain.actors import MembershipRole
from clinic.domain.directory import SeatChange, check_address, check_seat, domains_of, overlap
from clinic.domain.errors import RuleBroken

R = MembershipRole


def test_domains_are_read_from_lines_commas_and_spaces_each_once():
    assert domains_of("@Agency.gov.uk, health.example\nagency.gov.uk;  b.example.") == (
        "agency.gov.uk", "health.example", "b.example")


@pytest.mark.parametrize("text", [
    "", " \n ", "agency", "a b@c.example", "name@agency.gov.uk", "-a.example", "a..example", "a.example/path",
    "*.gov.uk", "<script>.example", "a.1", "x" * 300 + ".example",
    "gmail.com", "agency.gov.uk outlook.com", "council.gsi.gov.uk",
    "gsi.gov.uk", "police.gcsx.gov.uk",
])
def test_what_is_no_domain_of_an_agency_is_refused(text):
    with pytest.raises(RuleBroken) as refused:
        domains_of(text)
    assert refused.value.field == "domains"


def test_twenty_domains_are_the_most():
    assert len(domains_of(" ".join(f"a{n}.example" for n in range(20)))) == 20
    with pytest.raises(RuleBroken):
        domains_of(" ".join(f"a{n}.example" for n in range(21)))


def test_an_address_must_be_on_a_domain_of_the_agency():
    assert check_address(" Name@Agency.example ", {"agency.example"}) == "name@agency.example"
    for other in ("name@evil.example", "name@sub.agency.example", "name@agency.example.evil.example", "nobody", ""):
        with pytest.raises(RuleBroken) as refused:
            check_address(other, {"agency.example"})
        assert refused.value.field == "email"


def test_an_agency_without_domains_has_no_addresses():
    with pytest.raises(RuleBroken, match="it has none"):
        check_address("name@agency.example", set())


def test_a_membership_may_last_one_day_and_not_less():
    user = uuid4()
    check_seat(R.CHAIR, user, SeatChange(date(2026, 11, 25), date(2026, 11, 25)))
    with pytest.raises(RuleBroken) as refused:
        check_seat(R.CHAIR, user, SeatChange(date(2026, 11, 25), date(2026, 11, 24)))
    assert refused.value.field == "valid_until"


def test_a_membership_begins_in_our_time():
    for year in (1026, 9026):
        with pytest.raises(RuleBroken):
            check_seat(R.CHAIR, uuid4(), SeatChange(date(year, 1, 1)))


@pytest.mark.parametrize("role", R)
def test_only_deputies_stand_in_for_somebody(role):
    change = SeatChange(date(2026, 1, 1), None, uuid4())
    if role in (R.DEPUTY_CHAIR, R.DEPUTY_REPRESENTATIVE):
        check_seat(role, uuid4(), change)
    else:
        with pytest.raises(RuleBroken):
            check_seat(role, uuid4(), change)


def test_nobody_is_their_own_deputy():
    user = uuid4()
    with pytest.raises(RuleBroken):
        check_seat(R.DEPUTY_CHAIR, user, SeatChange(date(2026, 1, 1), None, user))


def test_stretches_that_share_a_day_overlap():
    may, june, july = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)
    assert overlap((may, june), (june, july))
    assert overlap((june, None), (may, None)) and overlap((may, None), (june, june))
    assert not overlap((may, may), (june, None)) and not overlap((june, None), (may, may))
