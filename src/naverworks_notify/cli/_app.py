"""The commands put together, and how each of their ends becomes an exit status."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Sequence

from attrs import frozen
from cyclopts import App, CycloptsError, Group

from naverworks_notify.cli._exit import Exit, Refused, UsageError
from naverworks_notify.cli._help import Help
from naverworks_notify.cli._language import choose_language, take_language, tr
from naverworks_notify.cli._output import hush, results, set_up_streams, sides, tell_error
from naverworks_notify.cli._usage import explained
from naverworks_notify.errors import NaverWorksError

__all__ = ["PROGRAM", "build", "run"]

PROGRAM = "naverworks-notify"
_DEBUG = "NAVERWORKS_DEBUG"


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - when asked for

    try:
        return version("naverworks-notify")
    except PackageNotFoundError:
        return tr(
            "run from its source, not installed", "소스에서 바로 실행 중이며, 설치되지 않았습니다"
        )


@frozen
class _Command:
    """A command: where it lives, what it does in a line, and what else its own help says.

    By import path: the module, and what it needs, loads only when the command is called.
    """

    home: str
    en: str
    ko: str
    more_en: str = ""
    more_ko: str = ""

    def help(self, *, whole: bool) -> str:
        """Return its help in the language of this run."""
        line, more = tr(self.en, self.ko), tr(self.more_en, self.more_ko)
        return f"{line}\n\n{more}" if whole and more else line


_COMMANDS = {
    "demo": _Command(
        "_demo:demo",
        "Play a recruiting day through a simulator of the service.",
        "서비스 시뮬레이터로 채용 업무의 하루를 재현합니다.",
        "All 20 events, 16 people, one bot. Starts a simulator of NAVER WORKS on this machine, signs"
        " in to it as a real client would, matches the people with its members by e-mail, and tells"
        " who got what, and why. Needs no account, and no network beyond this machine.",
        "이벤트 20가지, 사람 16명, 봇 하나입니다. 이 컴퓨터에 NAVER WORKS 시뮬레이터를 띄우고, 실제"
        " 클라이언트처럼 로그인해 사람과 구성원을 이메일로 연결한 뒤, 누가 무엇을 왜 받았는지"
        " 보여 줍니다. 계정도, 외부 네트워크도 필요 없습니다.",
    ),
    "doctor": _Command(
        "_doctor:doctor",
        "Check the whole set-up, in the order in which an administrator makes it.",
        "설정 전체를 관리자가 설정하는 순서대로 확인합니다.",
        "Exit status 0 means that an alert will arrive. What could not be checked is said, and is no"
        " success without --lenient. Changes nothing, and sends a message only with --to.",
        "종료 코드 0은 알림이 도착한다는 뜻입니다. 확인하지 못한 항목도 알려 주며, --lenient가 없으면"
        " 성공으로 치지 않습니다. 아무것도 바꾸지 않고, --to를 줄 때만 메시지를 보냅니다.",
    ),
    "simulate": _Command(
        "_simulate:simulate",
        "Run the simulator on a port, with a web inbox.",
        "시뮬레이터를 포트에 띄우고 웹 받은편지함을 엽니다.",
        "Runs until Ctrl-C and prints the NAVERWORKS_* lines to export on stdout, so that they can be"
        " copied, or written to a file and sourced. The inbox shows every message as its reader"
        " would see it.",
        "Ctrl-C를 누를 때까지 실행하며, 내보낼 NAVERWORKS_* 변수를 표준 출력에 씁니다. 복사하거나"
        " 파일에 써서 source로 읽으면 됩니다. 받은편지함에서 각 메시지를 받는 사람이 보는 모습 그대로"
        " 볼 수 있습니다.",
    ),
    "catalog": _Command(
        "_catalog:catalog",
        "List every alert this package words.",
        "이 패키지에 문구가 있는 알림을 모두 보여 줍니다.",
        "For whom, when, and with which fields (! required, ? optional).",
        "누구에게, 언제, 어떤 필드로 보내는지 보여 줍니다(! 필수, ? 선택).",
    ),
    "preview": _Command(
        "_preview:preview",
        "Show messages and alerts as NAVER WORKS shows them.",
        "메시지와 알림을 NAVER WORKS 화면 모습의 HTML로 보여 줍니다.",
        "One HTML page. No network, no account.",
        "HTML 한 장을 만듭니다. 네트워크도 계정도 필요 없습니다.",
    ),
    "send": _Command(
        "_send:send",
        "Send one text message to one user.",
        "사용자 한 명에게 텍스트 메시지 하나를 보냅니다.",
    ),
    "notify": _Command(
        "_notify:notify",
        "Decide who gets each alert, render it, and send it.",
        "알림마다 받을 사람을 정하고, 메시지를 만들어 보냅니다.",
        "With --json, one object a line per alert and person. An alert that cannot be read is told in"
        " its place, and the others are handled all the same.\n\n"
        "With --dry-run nothing is sent and the state file is only read. Without it the NAVERWORKS_*"
        f" variables say where to send; `{PROGRAM} doctor` checks them.",
        "--json을 주면 알림과 사람마다 한 줄씩 객체를 씁니다. 읽을 수 없는 알림은 그 자리에서 알려"
        " 주고, 나머지는 그대로 처리합니다.\n\n"
        "--dry-run이면 아무것도 보내지 않고 상태 파일도 읽기만 합니다. 없으면 NAVERWORKS_* 변수에"
        f" 정한 곳으로 보냅니다. 변수는 `{PROGRAM} doctor`로 확인하세요.",
    ),
    "schema": _Command(
        "_schema:schema",
        "Print the JSON Schema of alerts, people, preferences or policy options.",
        "알림, 사람, 개인 설정 또는 정책 옵션의 JSON Schema를 출력합니다.",
    ),
    "completion": _Command(
        "_completion:completion",
        "Print a script that completes commands and options in a shell.",
        "셸에서 명령과 옵션을 자동 완성하는 스크립트를 출력합니다.",
        f"For example: source <({PROGRAM} completion bash)",
        f"예: source <({PROGRAM} completion bash)",
    ),
}
_SYNC = _Command(
    "_members_sync:sync",
    "Walk the organisation's directory and tell who is who; nobody has to link an account.",
    "조직의 구성원을 모두 읽어 누가 누구인지 알려 줍니다. 아무도 계정을 직접 연결하지 않아도 됩니다.",
    "People are matched by e-mail (login, aliases, per organisation), then by external key. Nothing"
    " is guessed: who fits nobody, or several, is reported. Needs the scope user.read or"
    " directory.read.",
    "사람은 이메일(로그인, 별칭, 조직별), 그다음 외부 키로 찾습니다. 추측하지 않으며, 맞는 구성원이"
    " 없거나 여럿이면 그대로 알려 줍니다. user.read 또는 directory.read 권한 범위(scope)가"
    " 필요합니다.",
)


def build(called: str | None = None) -> App:
    """Return the application, with its help in the language of this run.

    Args:
        called: The command that is about to be run: its help is told whole, that of the others,
            which are not loaded, in one line.
    """
    app = App(
        name=PROGRAM,
        help=tr(
            "Notifications through a NAVER WORKS bot: try them, check them, send them.",
            "NAVER WORKS 봇 알림을 시험하고, 확인하고, 보냅니다.",
        ),
        help_epilogue=tr(
            "Every command: --lang ko or --lang en (else NAVERWORKS_LANG, then LANG).",
            "모든 명령에 --lang ko 또는 --lang en을 쓸 수 있습니다(없으면 NAVERWORKS_LANG, LANG 순).",
        ),
        help_formatter=Help(),
        version=_version,
        console=results(),
        group_commands=Group(tr("Commands", "명령")),
        group_parameters=Group(tr("Options", "옵션")),
        group_arguments=Group(tr("Arguments", "인수")),
    )
    app["--help"].help = tr("Show this help and exit.", "이 도움말을 보여 주고 끝냅니다.")
    app["--version"].help = tr("Show the version and exit.", "버전을 보여 주고 끝냅니다.")
    for place, (name, command) in enumerate(_COMMANDS.items()):
        app.command(
            f"naverworks_notify.cli.{command.home}",
            name=name,
            help=command.help(whole=name == called),
            sort_key=place,
        )
    members = App(
        name="members",
        help=tr(
            "Match the app's people with the organisation's members.",
            "앱의 사람과 조직의 구성원을 연결합니다.",
        ),
        sort_key=len(_COMMANDS),
    )
    members.command(f"naverworks_notify.cli.{_SYNC.home}", name="sync", help=_SYNC.help(whole=True))
    app.command(members)
    return app


def run(argv: Sequence[str]) -> int:
    """Run a command and return its exit status."""
    status = Exit.REFUSED
    try:
        set_up_streams()
        choose_language()
        status = _run(argv)
        sys.stdout.flush()
        sys.stderr.flush()
    except KeyboardInterrupt:
        # A second one would only cut the first one's line.
        with contextlib.suppress(ValueError):  # not the main thread
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        sides().print(tr("Interrupted.", "중단했습니다."))
        status = Exit.INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has gone, as `| head` does.
        hush()
        status = Exit.DONE
    except OSError as error:
        # What was said last could not be written: the disk is full, for example.
        hush()
        tell_error(Refused(_file_trouble(error)))
        status = Exit.REFUSED
    return status


def _run(argv: Sequence[str]) -> Exit:
    as_json = "--json" in argv
    try:
        arguments = take_language(argv)
        app = build(arguments[0] if arguments else None)
        ended = app(arguments, exit_on_error=False, print_error=False, result_action="return_value")
        return Exit.DONE if ended is None else Exit(ended)
    except CycloptsError as error:
        tell_error(explained(error))
        return Exit.USAGE
    except UsageError as error:
        tell_error(error)
        return Exit.USAGE
    except (Refused, NaverWorksError) as error:
        tell_error(error, as_json=as_json)
    except BrokenPipeError:
        raise
    except OSError as error:
        tell_error(Refused(_file_trouble(error)), as_json=as_json)
    except Exception as error:
        if os.environ.get(_DEBUG):
            raise
        tell_error(_unforeseen(error), as_json=as_json)
    return Exit.REFUSED


def _file_trouble(error: OSError) -> str:
    what = error.strerror or str(error) or type(error).__name__
    return f"{error.filename}: {what}." if error.filename else f"{what}."


def _unforeseen(error: Exception) -> Refused:
    return Refused(
        tr(
            f"Something went wrong that nobody foresaw ({type(error).__name__}: {error}).",
            f"예상하지 못한 오류가 났습니다({type(error).__name__}: {error}).",
        ),
        remedy=tr(
            f"Set {_DEBUG}=1 to see where, and report it with that.",
            f"{_DEBUG}=1을 설정하면 어디에서 났는지 볼 수 있습니다. 그 내용과 함께 알려 주세요.",
        ),
    )
