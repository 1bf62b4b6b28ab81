"""Calendar addresses: everybody has so many of their own, whatever others have."""

import pytest

from clinic.domain.errors import RuleBroken
from clinic.services import feeds
from clinic.services.feeds import NewFeed


def make_address(world, who):
    with world.changing(who) as work:
        feeds.make(work, NewFeed("Phone"))


def test_somebody_who_has_all_their_addresses_takes_none_from_anybody_else(world):
    for _ in range(feeds.MOST_ADDRESSES):
        make_address(world, "officer")
    with pytest.raises(RuleBroken):
        make_address(world, "officer")
    make_address(world, "advocate")
