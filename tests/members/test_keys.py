"""The index finds what a dict would find, in every order of adding and removing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naverworks_notify.errors import InvalidValue
from naverworks_notify.members import Member
from naverworks_notify.members._keys import KEY_SIZE, KeyIndex

# Few different bytes, so that the end of one entry and the beginning of the next look like a key.
KEYS = st.binary(min_size=KEY_SIZE, max_size=KEY_SIZE) | st.lists(
    st.sampled_from([b"\0", b"\1"]), min_size=KEY_SIZE, max_size=KEY_SIZE
).map(b"".join)
STEPS = st.lists(st.tuples(st.booleans(), KEYS, st.integers(0, 3)), max_size=40)


@given(STEPS, st.sampled_from([0, 40, 5000]))
def test_it_answers_like_a_dict_and_copies_stand_alone(steps: Any, expected: int) -> None:
    index = KeyIndex(expected)
    known: dict[bytes, list[int]] = {}
    before: list[tuple[KeyIndex, dict[bytes, list[int]]]] = []
    for adds, key, row in steps:
        before.append((index, {one: [*rows] for one, rows in known.items()}))
        index = index.copy()
        rows = known.setdefault(key, [])
        if row in rows:
            index.remove(key, row)
            rows.remove(row)
        elif adds:
            index.add(key, row)
            rows.append(row)
    for one, told in (*before, (index, known)):
        for key in known:
            assert one.find(key) == told.get(key, [])


@pytest.mark.parametrize("wrong", [b"", b"short", b"x" * 17])
def test_a_hash_of_another_length_is_refused(wrong: bytes) -> None:
    with pytest.raises(InvalidValue, match="external_key"):
        Member(user_id="user-1", external_key=wrong)
    if wrong:
        with pytest.raises(InvalidValue, match="addresses"):
            Member(user_id="user-1", addresses=(b"x" * 16, wrong))


def test_addresses_are_the_same_in_one_piece_and_in_several() -> None:
    several = Member(user_id="user-1", addresses=(b"a" * 16, b"b" * 16))
    assert several == Member(user_id="user-1", addresses=b"a" * 16 + b"b" * 16)
    assert several.addresses == (b"a" * 16, b"b" * 16)
