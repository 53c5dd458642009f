"""Lists page by cursors that only survive when they are URL-encoded."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naverworks_notify.simulator.service._answers import RefusedError
from naverworks_notify.simulator.service._paging import page_of
from naverworks_notify.testing import Behaviour, Simulator


@given(st.integers(0, 350), st.integers(1, 100))
def test_walking_gives_every_item_once_and_in_order(total, count):
    items, found, query = tuple(range(total)), [], {"count": str(count)}
    for _ in range(total + 1):
        page, meta = page_of(items, query, default=50)
        found += page
        if "nextCursor" not in meta:
            break
        query["cursor"] = meta["nextCursor"]
        assert {"+", "/", "="} <= set(meta["nextCursor"])
    assert tuple(found) == items


@given(st.text(max_size=20))
def test_an_invented_cursor_is_refused(text):
    made = page_of(tuple(range(9)), {"count": "3"}, default=50)[1]["nextCursor"]
    if text in {made, ""}:
        return
    with pytest.raises(RefusedError):
        page_of(tuple(range(9)), {"count": "3", "cursor": text}, default=50)


def _users(caller, query):
    return json.loads(caller.call("GET", f"/users?{query}").content)


def test_an_unencoded_cursor_breaks_as_it_does_in_production(caller):
    cursor = _users(caller, "count=2")["responseMetaData"]["nextCursor"]
    assert caller.told("GET", f"/users?count=2&cursor={cursor}") == (400, "INVALID_PARAMETER")
    again = _users(caller, f"count=2&cursor={quote(cursor, safe='')}")
    assert [user["userName"]["firstName"] for user in again["users"]] == ["서연", "지호"]


@pytest.mark.parametrize(
    ("form", "meta"),
    [("absent", {}), ("null", {"nextCursor": None}), ("empty", {"nextCursor": ""})],
)
def test_the_last_page_can_end_in_three_ways(clock, caller_of, form, meta):
    caller = caller_of(Simulator(clock=clock, behaviour=Behaviour(last_page_cursor=form)))
    assert _users(caller, "count=100")["responseMetaData"] == meta


def test_more_than_a_hundred_users_gives_an_empty_page_and_bots_an_error(caller):
    assert _users(caller, "count=101") == {"users": [], "responseMetaData": {}}
    assert caller.told("GET", "/bots?count=101") == (400, "OUT_OF_RANGE")
    assert caller.told("GET", "/users?count=0") == (400, "INVALID_PARAMETER")
