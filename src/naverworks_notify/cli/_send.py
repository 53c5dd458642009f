"""`naverworks-notify send`: one text to one user, to see that everything works."""

from __future__ import annotations

from typing import Annotated

from naverworks_notify.cli._environment import open_client
from naverworks_notify.cli._exit import Exit
from naverworks_notify.cli._language import tr
from naverworks_notify.cli._options import as_json_flag, bot_id_option, helped
from naverworks_notify.cli._output import results, tell_error, write_json
from naverworks_notify.errors import DeliveryUnknown

__all__ = ["send"]


def send(
    user: Annotated[
        str,
        helped(
            "User id or login e-mail of the recipient.", "받는 사람의 사용자 ID 또는 로그인 이메일."
        ),
    ],
    text: Annotated[str, helped("What to say, up to 2,000 characters.", "보낼 내용. 2,000자까지.")],
    /,
    *,
    bot_id: Annotated[int | None, bot_id_option()] = None,
    as_json: Annotated[bool, as_json_flag()] = False,
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
        results().print(f"[green]{tr('sent', '보냈습니다')}[/]")
    return Exit.DONE
