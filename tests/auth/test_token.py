"""When a token is due, and how it is stored without ever being shown."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naverworks_notify.auth import AccessToken, RefreshWindows
from naverworks_notify.auth._hooks import TokenReason
from naverworks_notify.auth._state import Held, Spent, adoptable, refreshable
from naverworks_notify.auth._token import Freshness
from naverworks_notify.errors import InvalidValue

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WINDOWS = RefreshWindows()


def token(lifetime: float = 3600, **changes: Any) -> AccessToken:
    fields: dict[str, Any] = {
        "value": "t-secret",
        "expires_at": NOW + timedelta(seconds=lifetime),
        "scopes": ("bot.message",),
        "issued_at": NOW,
    }
    return AccessToken(**{**fields, **changes})


visible = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1)
moments = st.datetimes(datetime(1971, 1, 1), datetime(8000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - aware by the zone beside it
tokens = st.builds(
    lambda lifetime, **fields: AccessToken(
        **fields, expires_at=fields["issued_at"] + timedelta(seconds=lifetime)
    ),
    value=visible,
    lifetime=st.integers(0, 366 * 86_400),
    scopes=st.lists(st.sampled_from(["bot", "bot.message", "user.read", "a-b:c"])).map(tuple),
    issued_at=moments,
    refresh_token=st.none() | visible,
    refresh_expires_at=st.none() | moments,
)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, Freshness.FRESH),
        (3600 - 301, Freshness.FRESH),
        (3600 - 300, Freshness.ADVISORY),
        (3600 - 31, Freshness.ADVISORY),
        (3600 - 30, Freshness.MANDATORY),
        (3600, Freshness.MANDATORY),
        (9999, Freshness.MANDATORY),
    ],
)
def test_an_hour_long_token_passes_its_windows(seconds: int, expected: Freshness) -> None:
    moment = NOW + timedelta(seconds=seconds)
    assert WINDOWS.judge(token(), moment) is expected
    assert Held.under(token(), WINDOWS).phase(moment) is expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(74, "fresh"), (75, "advisory"), (94, "advisory"), (95, "mandatory")],
)
def test_the_windows_of_a_short_token_are_a_quarter_and_a_twentieth(
    seconds: int, expected: str
) -> None:
    assert WINDOWS.judge(token(100), NOW + timedelta(seconds=seconds)).value == expected


def test_no_token_is_as_good_as_an_expired_one() -> None:
    assert WINDOWS.judge(None, NOW) is Freshness.MANDATORY


@given(lifetime=st.floats(0.001, 10**8), share=st.floats(0, 2))
def test_windows_come_in_order_and_never_reach_past_the_expiry(
    lifetime: float, share: float
) -> None:
    one = token(lifetime)
    moment = NOW + timedelta(seconds=lifetime * share)
    phase = WINDOWS.judge(one, moment)
    assert WINDOWS.advisory_from(one) <= WINDOWS.mandatory_from(one) <= one.expires_at
    if moment >= one.expires_at:
        assert phase is Freshness.MANDATORY
    if share < 0.7:
        assert phase is Freshness.FRESH
    assert Held.under(one, WINDOWS).phase(moment) is phase


@given(tokens)
def test_storage_gives_the_very_same_token_back(one: AccessToken) -> None:
    assert AccessToken.from_storage(one.to_storage()) == one
    assert AccessToken.from_storage(one.to_storage().encode()) == one


@given(st.data())
def test_a_damaged_entry_is_nothing_rather_than_an_error(data: st.DataObject) -> None:
    raw = json.loads(token(refresh_token="r").to_storage())
    key = data.draw(st.sampled_from(sorted(raw)))
    damage = data.draw(
        st.sampled_from([None, 7, True, [], [7], {}, "", "2026-03-02T09:00:00", "x"])
    )
    found = AccessToken.from_storage(json.dumps({**raw, key: damage}))
    assert found is None or isinstance(found.value, str)
    if found is not None:
        assert found.expires_at.tzinfo is not None
        assert all(isinstance(scope, str) for scope in found.scopes)
    del raw[key]
    assert key == "v" or AccessToken.from_storage(json.dumps(raw)) is None


@pytest.mark.parametrize("text", ["", "null", "[]", "7", "{", b"\xff", '"x"'])
def test_an_entry_of_another_kind_is_nothing(text: str | bytes) -> None:
    assert AccessToken.from_storage(text) is None


def test_the_repr_shows_neither_token() -> None:
    shown = repr(token(refresh_token="r-secret"))
    assert "secret" not in shown
    assert "value='***'" in shown
    assert "refresh_token='***'" in shown
    assert "refresh_token=None" in repr(token())


def test_it_copies_but_never_pickles() -> None:
    one = token()
    assert copy.deepcopy([copy.copy(one)])[0] is one
    with pytest.raises(TypeError, match="does not pickle"):
        pickle.dumps(one)


@pytest.mark.parametrize(
    "changes",
    [
        {"value": "a\r\nx-injected: 1"},
        {"value": "a\nb"},
        {"value": "a\x00b"},
        {"value": "\ud800"},
        {"value": "a b"},
        {"value": "토큰"},
        {"value": ""},
        {"value": "x" * 20_000},
        {"refresh_token": "a\nb"},
        {"refresh_token": "\udfff"},
        {"refresh_token": ""},
        {"scopes": ("bot", "a\nb")},
        {"scopes": ("\ud800",)},
        {"scopes": (7,)},
        {"expires_at": NOW - timedelta(seconds=1)},
        {"expires_at": NOW + timedelta(days=500)},
        {"expires_at": datetime(1, 1, 1, tzinfo=UTC)},
        {"expires_at": datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)},
        {"issued_at": datetime(1, 1, 1, tzinfo=UTC)},
        {"refresh_expires_at": datetime(9999, 12, 31, tzinfo=UTC)},
        {"issued_at": NOW.replace(tzinfo=None), "expires_at": NOW.replace(tzinfo=None)},
    ],
)
def test_a_stored_token_is_checked_as_one_of_the_service_is(changes: dict[str, Any]) -> None:
    assert not token(**changes).is_sound
    assert AccessToken.from_storage(token(**changes).to_storage()) is None


@pytest.mark.parametrize(
    "text",
    ["[" * 50_000, '{"value":' * 9_000, "9" * 5_000, "x" * 70_000, "", "null", b"\xff", "1e999"],
)
def test_garbage_in_a_store_is_nothing(text: str | bytes) -> None:
    assert AccessToken.from_storage(text) is None


def test_a_token_of_somebody_else_is_adopted_only_if_it_helps() -> None:
    old, fresh = token(), token(value="t-2", issued_at=NOW + timedelta(seconds=90))
    late = NOW + timedelta(seconds=3400)

    def will_do(
        candidate: AccessToken | None,
        reason: TokenReason,
        *refused: AccessToken,
        now: datetime = NOW,
    ) -> bool:
        spent = Spent()
        for one in refused:
            spent.add(one)
        return adoptable(candidate, reason, spent, windows=WINDOWS, now=now)

    assert will_do(fresh, TokenReason.COLD)
    assert not will_do(None, TokenReason.COLD)
    assert will_do(old, TokenReason.COLD, now=late)
    assert not will_do(old, TokenReason.EXPIRING, now=late)
    assert not will_do(old, TokenReason.EXPIRED, now=NOW + timedelta(hours=1))
    assert not will_do(old, TokenReason.REJECTED, old)
    assert will_do(fresh, TokenReason.REJECTED, old)
    assert not will_do(old, TokenReason.REJECTED, old, fresh)
    # Whatever the clock says of when it was issued.
    stepped = token(value="t-3", issued_at=NOW - timedelta(hours=2))
    assert will_do(stepped, TokenReason.REJECTED, old)


def test_a_few_spent_tokens_are_remembered() -> None:
    spent = Spent()
    many = [token(value=f"t-{number}") for number in range(100)]
    for one in many:
        spent.add(one)
    assert [one in spent for one in many] == [False] * 68 + [True] * 32
    spent.discard(many[-1])
    assert many[-1] not in spent


def test_a_refresh_token_is_used_only_where_it_saves_loading_the_key() -> None:
    one = token(refresh_token="r", refresh_expires_at=NOW + timedelta(days=1))

    def tried(candidate: AccessToken | None, reason: TokenReason, **options: Any) -> bool:
        options = {"key_loaded": False, "now": NOW, **options}
        return refreshable(candidate, reason, **options) is not None

    assert tried(one, TokenReason.EXPIRED)
    assert tried(one, TokenReason.EXPIRING)
    assert not tried(one, TokenReason.EXPIRED, key_loaded=True)
    assert not tried(one, TokenReason.REJECTED)
    assert not tried(one, TokenReason.EXPIRED, now=NOW + timedelta(days=1))
    assert not tried(token(), TokenReason.EXPIRED)
    assert not tried(None, TokenReason.COLD)


def test_windows_that_are_no_lengths_are_refused() -> None:
    with pytest.raises(InvalidValue) as caught:
        RefreshWindows(advisory=timedelta(seconds=-1), mandatory=30, rest=None)  # type: ignore[arg-type]
    assert [found.path for found in caught.value.violations] == ["advisory", "mandatory", "rest"]
