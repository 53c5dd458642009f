"""How the client names itself, and the token endpoint, to others."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from naverworks_notify.operations import Effect, Endpoint

__all__ = ["TOKEN_ENDPOINT", "USER_AGENT"]


def _version() -> str:
    try:
        return version("naverworks-notify")
    except PackageNotFoundError:
        return "0"


USER_AGENT = f"naverworks-notify/{_version()}"

# Repeating an exchange does no harm, so for errors it counts as a read.
TOKEN_ENDPOINT = Endpoint(
    name="auth.token",
    method="POST",
    template="/token",
    scopes=(),
    success=(200,),
    effect=Effect.READ,
    source="https://developers.worksmobile.com/en/docs/auth-jwt",
)
