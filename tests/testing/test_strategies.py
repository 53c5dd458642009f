"""The strategies as callers reach them: one import, one flat namespace, hypothesis on first use."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from naverworks_notify import alerts, messages, policy
from naverworks_notify.messages import flex
from naverworks_notify.testing import strategies

MODEST = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

OF_TYPE = {
    "text": "texts",
    "sticker": "stickers",
    "image": "images",
    "file": "files",
    "link": "links",
    "audio": "audios",
    "video": "videos",
    "location": "locations",
    "button_template": "button_templates",
    "list_template": "list_templates",
    "carousel": "carousels",
    "image_carousel": "image_carousels",
    "flex": "flexes",
}


def hold(strategy: Any, law: Callable[[Any], None]) -> None:
    MODEST(given(strategy)(law))()


@pytest.mark.parametrize("kind", messages.CONTENT_TYPES)
def test_each_of_the_13_types_round_trips(kind: str) -> None:
    def law(content: messages.Content) -> None:
        assert type(content) is messages.CONTENT_TYPES[kind]
        assert messages.parse(content.to_dict()) == content
        assert messages.parse(json.loads(json.dumps(content.to_dict()))) == content

    hold(getattr(strategies, OF_TYPE[kind])(), law)


def test_flex_containers_are_bubbles_and_carousels() -> None:
    def law(container: flex.Bubble | flex.Carousel) -> None:
        assert type(container).from_dict(container.to_dict()) == container

    hold(strategies.flex_containers(), law)


def test_alerts_and_people_round_trip() -> None:
    def alert_law(alert: alerts.Alert) -> None:
        assert alerts.from_dict(alert.to_dict()) == alert

    def person_law(person: policy.Person) -> None:
        assert policy.Person.from_dict(person.to_dict()) == person

    hold(strategies.alerts(), alert_law)
    hold(strategies.people(), person_law)


def test_every_public_name_resolves() -> None:
    assert sorted(strategies.__all__) == strategies.__all__ == dir(strategies)
    for name in strategies.__all__:
        assert callable(getattr(strategies, name))
    with pytest.raises(AttributeError, match="nothing_here"):
        _ = strategies.nothing_here


def run(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)  # noqa: PLW1510
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_hypothesis_loads_with_the_first_strategy() -> None:
    assert (
        run(
            "import sys; from naverworks_notify.testing import strategies;"
            "print('hypothesis' in sys.modules); strategies.contents();"
            "print('hypothesis' in sys.modules)"
        )
        == "False\nTrue\n"
    )


def test_without_hypothesis_the_error_names_what_to_install() -> None:
    said = run(
        "import sys; sys.modules['hypothesis'] = None\n"
        "from naverworks_notify.testing import strategies\n"
        "try: strategies.contents()\n"
        "except ImportError as error: print(error, error.name)\n"
        "try: from naverworks_notify.testing.strategies import people\n"
        "except ImportError as error: print(error)"
    )
    assert said == (
        "naverworks_notify.testing.strategies.contents needs hypothesis:"
        " pip install hypothesis hypothesis\n"
        "naverworks_notify.testing.strategies.people needs hypothesis: pip install hypothesis\n"
    )
