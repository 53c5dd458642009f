"""`naverworks-notify simulate`: the service on a port of this machine, with a web inbox."""

from __future__ import annotations

import shlex
import signal
import tempfile
import threading
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

from rich.markup import escape

from naverworks_notify.cli._exit import Exit, Refused, UsageError
from naverworks_notify.cli._korean import in_korean
from naverworks_notify.cli._language import tr
from naverworks_notify.cli._options import as_json_flag, helped
from naverworks_notify.cli._output import results, sides, tell_warning, write_json
from naverworks_notify.cli._reading import BadLine, read_people
from naverworks_notify.private_files import write

if TYPE_CHECKING:
    from naverworks_notify.simulator import Simulator

__all__ = ["serve_until_interrupted", "served", "simulate"]


# Waiting without an end cannot be interrupted on Windows.
_TICK_S = 0.5


def simulate(
    *,
    port: Annotated[
        int, helped("Port to listen on; 0 takes a free one.", "포트. 0이면 빈 포트를 씁니다.")
    ] = 8765,
    host: Annotated[
        str,
        helped(
            "Address to listen on; 0.0.0.0 or :: lets others in the network read all.",
            "접속을 받을 주소. 0.0.0.0이나 ::이면 네트워크의 다른 사람도 모두 읽을 수 있습니다.",
        ),
    ] = "127.0.0.1",
    allow_host: Annotated[
        tuple[str, ...],
        helped(
            "Names beside localhost that requests may ask for, such as a compose service's.",
            "localhost 외에 요청이 부를 수 있는 이름. 예: compose 서비스의 이름.",
            consume_multiple=True,
            negative="",
            show_default=False,
        ),
    ] = (),
    users: Annotated[
        tuple[str, ...],
        helped(
            "Members: e-mail addresses, or people files whose e-mails become members.",
            "구성원: 이메일 주소, 또는 그 안의 이메일을 구성원으로 삼을 사람 파일.",
            consume_multiple=True,
            negative="",
            show_default=False,
        ),
    ] = (),
    key_file: Annotated[
        Path | None,
        helped(
            "Where to write the private key; a temporary file by default.",
            "Private Key를 쓸 파일. 없으면 임시 파일에 씁니다.",
        ),
    ] = None,
    as_json: Annotated[bool, as_json_flag()] = False,
) -> int:
    """Run the simulator until Ctrl-C, and print the NAVERWORKS_* lines to export.

    The lines go to stdout, so that they can be copied, or written to a file and sourced.
    The inbox shows every message as its reader would see it.
    """
    from naverworks_notify.simulator import Simulator  # noqa: PLC0415 - loads the web framework

    simulator = Simulator(users=_members(users) or None)
    with (
        _written_key(simulator.private_key, key_file) as written,
        served(simulator, port=port, host=host, allowed_hosts=allow_host) as url,
    ):
        environment = simulator.environment()
        del environment["NAVERWORKS_PRIVATE_KEY"]
        environment["NAVERWORKS_PRIVATE_KEY_FILE"] = str(written)
        if as_json:
            write_json({"url": url, "inbox": f"{url}/", "environment": environment})
        else:
            console = results()
            for name, value in sorted(environment.items()):
                console.out(f"export {name}={shlex.quote(value)}", highlight=False)
            console.file.flush()
        serve_until_interrupted(f"{url}/")
    return Exit.DONE


@contextmanager
def served(
    simulator: Simulator,
    *,
    port: int,
    host: str = "127.0.0.1",
    allowed_hosts: tuple[str, ...] = (),
) -> Iterator[str]:
    """Serve the simulator on a port; give its URL. Tells what it warns about on stderr.

    Raises:
        Refused: The port is taken, or there is no such address.
    """
    with ExitStack() as stack:
        try:
            with warnings.catch_warnings(record=True) as told:
                warnings.simplefilter("always", RuntimeWarning)
                url = stack.enter_context(
                    simulator.serve(port=port, host=host, allowed_hosts=allowed_hosts)
                )
        except OSError as error:
            why = error.strerror or error
            raise Refused(
                tr(
                    f"Port {port} of {host} cannot be listened on: {why}.",
                    f"{host}의 {port} 포트에서 접속을 받을 수 없습니다: {why}.",
                ),
                remedy=tr(
                    "Choose another one with --port, or --port 0 for a free one.",
                    "--port로 다른 포트를 고르거나, --port 0으로 빈 포트를 쓰세요.",
                ),
            ) from error
        for warning in told:
            tell_warning(in_korean(str(warning.message)) if tr("", "ko") else str(warning.message))
        yield url


def serve_until_interrupted(inbox: str) -> None:
    """Tell where the inbox is, and wait for Ctrl-C or a request to end."""
    console = sides()
    ended = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        ended.set()

    # First of all: whoever reads that the inbox is open may ask to end at once.
    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        label, stops = tr("Inbox", "받은편지함"), tr("Ctrl-C stops", "Ctrl-C로 종료")
        console.print(f"{label}: [link={inbox}]{escape(inbox)}[/link]   ({stops})")
        while not ended.wait(_TICK_S):
            pass
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    console.print(tr("Stopped.", "종료했습니다."))


def _members(users: tuple[str, ...]) -> list[str]:
    emails: list[str] = []
    for user in users:
        if "@" in user:
            emails.append(user)
            continue
        path = Path(user)
        if not path.is_file():
            raise UsageError(
                tr(
                    f"--users: {user} is neither an e-mail address nor a file.",
                    f"--users: {user} 값은 이메일 주소도 파일도 아닙니다.",
                )
            )
        people = read_people(path)
        if isinstance(people, BadLine):
            raise Refused(f"{people.path} {people.message}".strip())
        emails += [person.email for person in people if person.email is not None]
    return emails


@contextmanager
def _written_key(private_key: str, path: Path | None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="naverworks-simulator-") as folder:
        target = path or Path(folder) / "private.key"
        try:
            write(target, private_key.encode("ascii"))
        except OSError as error:
            raise Refused(
                tr(
                    f"The key file cannot be written: {error.strerror}.",
                    f"키 파일을 쓸 수 없습니다: {error.strerror}.",
                ),
                remedy=tr(
                    "Choose another place with --key-file.", "--key-file로 다른 위치를 지정하세요."
                ),
            ) from error
        yield target.absolute()
