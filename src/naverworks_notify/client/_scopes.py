"""Telling a missing scope before the service does, as its answer does not name the scope."""

from __future__ import annotations

from naverworks_notify.auth import AccessToken
from naverworks_notify.errors import Hint, MissingScope
from naverworks_notify.operations import Endpoint

__all__ = ["check_scopes", "has_scope"]


def has_scope(endpoint: Endpoint, token: AccessToken) -> bool:
    """Return whether the token was granted one of the scopes that an endpoint asks for.

    True also where either side is not known.
    """
    return not endpoint.scopes or not token.scopes or not endpoint.scopes.isdisjoint(token.scopes)


def check_scopes(endpoint: Endpoint, token: AccessToken) -> None:
    """Check that the token was granted one of the scopes an endpoint asks for.

    Where either side is not known, the service has to tell.

    Raises:
        MissingScope: None of them was granted.
    """
    if has_scope(endpoint, token):
        return
    scopes = tuple(sorted(endpoint.scopes))
    any_of = " or ".join(scopes)
    raise MissingScope(
        f"{endpoint.name} needs the scope {any_of}; the token has only "
        f"{', '.join(token.scopes)}. No call was made.",
        scopes=scopes,
        hint=Hint(
            en=f"Switch one of them ({any_of}) on for the app in the Developer Console, and name "
            "it in ServiceAccount(scopes=...) or NAVERWORKS_SCOPES.",
            ko=f"Developer Console의 앱에서 scope({any_of}) 중 하나를 켜고, "
            "ServiceAccount(scopes=...) 또는 NAVERWORKS_SCOPES에 추가하세요.",
        ),
    )
