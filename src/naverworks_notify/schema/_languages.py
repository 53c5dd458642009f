"""Texts in several languages: the service's i18n arrays.

The reader's device picks the language; the base member serves the rest. The documentation does
not forbid naming a language twice, so that is not refused here.
Source: https://developers.worksmobile.com/kr/docs/bot-send-text
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from attrs import field, frozen

from naverworks_notify.schema._findings import Findings
from naverworks_notify.schema._kept import KeptMembers, keep_json
from naverworks_notify.schema._kinds import Choice, Kind, kind_name
from naverworks_notify.schema._shown import Shown, safe_key, shown
from naverworks_notify.validation import join_path

__all__ = ["LANGUAGES", "Language", "Localized", "Translations"]


class Language(StrEnum):
    """The five languages of the service's i18n arrays."""

    KO_KR = "ko_KR"
    JA_JP = "ja_JP"
    ZH_CN = "zh_CN"
    ZH_TW = "zh_TW"
    EN_US = "en_US"


LANGUAGES: tuple[str, ...] = tuple(language.value for language in Language)


@frozen(slots=False)
class Localized:
    """One entry of an i18n array: a text, URL or file id in one language.

    It is checked as part of the value that holds it, where the limit is known.

    Attributes:
        language: `ko_KR`, `ja_JP`, `zh_CN`, `zh_TW` or `en_US`.
        value: The text, URL or file id.
    """

    language: str
    value: str = field(repr=shown)

    def __rich_repr__(self) -> Iterator[tuple[str, object]]:
        yield "language", self.language
        yield "value", Shown(self.value)


@frozen(slots=False)
class _LocalizedAndMore(Localized):
    """An entry with members that nobody documents, and its keys in the order they came in."""

    kept: KeptMembers = field(repr=False)
    order: tuple[str, ...] = field(repr=False, eq=False)


class Translations(Kind):
    """An i18n array: objects of `language` and one more member."""

    __slots__ = ("_kind", "_language", "member")

    def __init__(self, member: str, kind: Kind) -> None:
        self.member: str = member
        self._kind = kind
        self._language = Choice(*LANGUAGES)

    def check(self, value: Any, path: str, out: Findings) -> None:
        if not isinstance(value, tuple):
            out.add(path, "type", f"must be an array, not {kind_name(value)}.")
            return
        for at, item in enumerate(value):
            if not isinstance(item, Localized):
                out.add(f"{path}[{at}]", "type", f"must be Localized, not {kind_name(item)}.")
                continue
            self._language.check(item.language, f"{path}[{at}].language", out)
            self._kind.check(item.value, f"{path}[{at}].{self.member}", out)

    def read(self, raw: Any, path: str, out: Findings) -> Any:
        if not isinstance(raw, (list, tuple)):
            out.add(path, "type", f"must be an array, not {kind_name(raw)}.")
            return raw
        return tuple([self._entry(item, f"{path}[{at}]", out) for at, item in enumerate(raw)])

    def _entry(self, raw: Any, path: str, out: Findings) -> Any:
        if not isinstance(raw, Mapping):
            out.add(path, "type", f"must be an object, not {kind_name(raw)}.")
            return raw
        for key, kind in (("language", self._language), (self.member, self._kind)):
            value = raw.get(key)
            if value is not None:
                kind.check(value, f"{path}.{key}", out)
            elif key in raw:
                out.add(f"{path}.{key}", "null", "must not be null; leave the key out instead.")
            else:
                out.add(f"{path}.{key}", "required", "is required.")
        more = [key for key in raw if key not in ("language", self.member)]
        language: Any = raw.get("language")
        text: Any = raw.get(self.member)
        if not out.keep or not more:
            for key in more:
                out.add(join_path(path, safe_key(key)), "unknown_key", "is not a documented key.")
            return Localized(language, text)
        kept = [(key, keep_json(key, raw[key], path, out)) for key in more]
        return _LocalizedAndMore(
            language, text, tuple(sorted(kept, key=lambda pair: str(pair[0]))), tuple(raw)
        )

    def dump(self, value: Any) -> Any:
        return [self._entry_of(item) for item in value]

    def _entry_of(self, item: Localized) -> dict[str, Any]:
        wire: dict[str, Any] = {"language": item.language, self.member: item.value}
        if not isinstance(item, _LocalizedAndMore):
            return wire
        wire |= {key: kept.value for key, kept in item.kept}
        return {key: wire[key] for key in item.order}
