"""What the assertion says: a pure function of the account and the time."""

from __future__ import annotations

from datetime import datetime, timedelta

from naverworks_notify.auth._account import ServiceAccount

__all__ = ["BACKDATED", "LIFETIME", "claims_at"]

# The longest the service takes (https://qiita.com/iwaohig/items/ba41a43a5fc46ba07051; the limit
# is not in the official pages read). It is used once, at once; the length is for clocks that lag.
LIFETIME = timedelta(minutes=60)

# Not documented; for clocks that run a little ahead, as `iat` must not lie in the future.
BACKDATED = timedelta(seconds=30)


def claims_at(account: ServiceAccount, now: datetime) -> dict[str, str | int]:
    """Return the claims of an assertion made at that moment.

    `iat` and `exp` are whole numbers: as strings they are refused
    (https://qiita.com/iwaohig/items/c77fc342ed2ae9389345).
    """
    issued = int((now - BACKDATED).timestamp())
    return {
        "iss": account.client_id,
        "sub": account.service_account_id,
        "iat": issued,
        "exp": issued + int(LIFETIME.total_seconds()),
    }
