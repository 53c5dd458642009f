"""`naverworks-notify send`: one text to one user, to see that everything works."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from naverworks_notify.cli._environment import open_client
from naverworks_notify.cli._exit import Exit
from naverworks_notify.cli._options import AsJson, BotId
from naverworks_notify.cli._output import results, tell_error, write_json
from naverworks_notify.errors import DeliveryUnknown

__all__ = ["send"]


def send(
    user: Annotated[str, Parameter(help="User id or login e-mail of the recipient.")],
    text: Annotated[str, Parameter(help="What to say, up to 2,000 characters.")],
    /,
    *,
    bot_id: BotId = None,
    as_json: AsJson = False,
) -> int:
    """Send one text message to one user."""
    from naverworks_notify.messages import Text  # noqa: PLC0415 - keeps --help quick

    content = Text(text)
    with open_client(bot_id=bot_id) as works:
        try:
            works.messages.send_to_user(user, content)
        except DeliveryUnknown as error:
            if as_json:
                write_json({"status": "unknown", "content": content.to_dict()})
            tell_error(error)
            return Exit.REFUSED
    if as_json:
        write_json({"status": "sent", "content": content.to_dict()})
    else:
        results().print("[green]sent[/]")
    return Exit.DONE
