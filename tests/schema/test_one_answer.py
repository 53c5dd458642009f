"""One mistake has one code wherever it stands: ours, the service's, in code and in JSON."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

import pytest

from naverworks_notify import InvalidValue, alerts, bots, messages, policy, webhooks
from naverworks_notify.catalog import CATALOG
from naverworks_notify.catalog.samples import sample
from naverworks_notify.directory import user_from_wire
from naverworks_notify.notifier import Delivery

NOW = datetime(2026, 3, 2, tzinfo=UTC)
SURROGATE = "\ud800"
TASK = {
    "type": "task.reminder",
    "event_id": "e",
    "occurred_at": "2026-03-02T10:00:00Z",
    "title": "t",
}
DECISION = {
    "person_id": "u",
    "outcome": "send",
    "audience": "manager",
    "reason": "addressed",
    "trail": [],
    "event_id": "e",
}
DELIVERY = {
    "version": 1,
    "event_id": "e",
    "person_id": "u",
    "user_id": "w",
    "catalog_id": "manager.task.reminder",
    "locale": "ko",
    "decision": DECISION,
    "content": {"type": "text", "text": "t"},
}


class NoOffset(tzinfo):
    """A zone that does not know its offset."""

    def utcoffset(self, _when):
        return None

    def dst(self, _when):
        return None

    def tzname(self, _when):
        return "?"


VAGUE = datetime(2026, 3, 2, tzinfo=NoOffset())


def rules(call):
    with pytest.raises(InvalidValue) as caught:
        call()
    return {one.rule for one in caught.value.violations}


EMPTY = {
    "alert, JSON": lambda: alerts.from_dict({**TASK, "title": ""}),
    "alert, code": lambda: alerts.Posting("", "t"),
    "person, JSON": lambda: policy.Person.from_dict({"id": ""}),
    "person, code": lambda: policy.Person(id=""),
    "muted id": lambda: policy.Preferences.from_dict({"muted": [""]}),
    "zone": lambda: policy.Preferences(zone=""),
    "message, code": lambda: messages.Text(""),
    "message, JSON": lambda: messages.parse({"type": "text", "text": ""}),
    "button": lambda: messages.UriAction(label="x", uri=""),
    "bot": lambda: bots.BotChanges(bot_name=""),
    "delivery, JSON": lambda: Delivery.from_dict({**DELIVERY, "user_id": ""}),
    "decision, JSON": lambda: Delivery.from_dict(
        {**DELIVERY, "decision": {**DECISION, "person_id": ""}}
    ),
}
LONE_SURROGATE = {
    "alert, JSON": lambda: alerts.from_dict({**TASK, "title": SURROGATE}),
    "alert, code": lambda: alerts.Posting("p", SURROGATE),
    "person": lambda: policy.Person(id=SURROGATE),
    "role": lambda: policy.Person.from_dict({"id": "u", "team_roles": {SURROGATE: "team_admin"}}),
    "muted id": lambda: policy.Preferences.from_dict({"muted": [SURROGATE]}),
    "message, code": lambda: messages.Text(SURROGATE),
    "message, JSON": lambda: messages.parse({"type": "text", "text": SURROGATE}),
    "delivery": lambda: Delivery.from_dict({**DELIVERY, "person_id": SURROGATE}),
}
DOUBTFUL = "https://bank.example@evil.example/"
DOUBTFUL_LINK = {
    "alert, JSON": lambda: alerts.from_dict(
        {**TASK, "posting": {"id": "p", "title": "t", "url": DOUBTFUL}}
    ),
    "alert, code": lambda: alerts.Candidate("c", "n", url=DOUBTFUL),
    "meeting": lambda: alerts.Interview(id="i", slot=alerts.Slot(NOW), meeting_url=DOUBTFUL),
    "button": lambda: messages.UriAction(label="x", uri=DOUBTFUL),
    "card": lambda: messages.Card(title="t").button("x", DOUBTFUL).flex(),
    "image": lambda: messages.Image(
        preview_image_url=DOUBTFUL, original_content_url="https://a.example/x.png"
    ),
    "link builder": lambda: CATALOG.with_links(lambda target, alert: DOUBTFUL).render(
        sample("manager.task.reminder", minimal=True), audience="manager"
    ),
}
WITHOUT_OFFSET = {
    "alert, JSON": lambda: alerts.from_dict({**TASK, "occurred_at": "2026-03-02T10:00:00"}),
    "alert, code": lambda: alerts.Slot(NOW.replace(tzinfo=None)),
    "vague zone": lambda: alerts.Slot(VAGUE),
    "snooze, JSON": lambda: policy.Person.from_dict(
        {"id": "u", "snoozed_until": "2026-03-02T10:00:00"}
    ),
    "snooze, code": lambda: policy.Person(id="u", snoozed_until=VAGUE),
    "absence": lambda: policy.Absence("u", VAGUE, VAGUE),
    "history": lambda: policy.History.from_dict(
        {"deliveries": {"u": {"e": "2026-03-02T10:00:00"}}}
    ),
    "delivery": lambda: Delivery.from_dict({**DELIVERY, "expires_at": "2026-03-02T10:00:00"}),
    "now": lambda: policy.decide(sample("manager.task.reminder"), [], now=VAGUE),
    "render": lambda: CATALOG.render(
        sample("manager.task.reminder"), audience="manager", now=VAGUE
    ),
}
OTHER_TYPE = {
    "alert": lambda: alerts.from_dict({**TASK, "title": 5}),
    "person": lambda: policy.Person.from_dict({"id": 5}),
    "options": lambda: policy.PolicyOptions.from_dict({"exclude_actor": 1}),
    "message": lambda: messages.parse({"type": "text", "text": 5}),
    "answer": lambda: user_from_wire({"userId": "u", "isDeleted": "no"}),
    "callback": lambda: webhooks.parse(
        '{"type": "join", "source": {"channelId": "c", "domainId": 1.5},'
        ' "issuedTime": "2026-03-02T05:16:05Z"}'
    ),
    "delivery": lambda: Delivery.from_dict({**DELIVERY, "locale": 5}),
}
UNKNOWN_KEY = {
    "alert": lambda: alerts.from_dict({**TASK, "titel": "t"}),
    "person": lambda: policy.Person.from_dict({"id": "u", "nmae": "n"}),
    "options": lambda: policy.PolicyOptions.from_dict({"hourly_cpa": 1}),
    "message": lambda: messages.parse({"type": "text", "text": "t", "txet": 1}),
    "history": lambda: policy.History.from_dict({"delivery": {}}),
    "delivery": lambda: Delivery.from_dict({**DELIVERY, "extra": 1}),
}
OUT_OF_BOUNDS = {
    "alert": lambda: alerts.Interview(id="i", slot=alerts.Slot(NOW), round=-1),
    "options": lambda: policy.PolicyOptions.from_dict({"hourly_cap": 0}),
    "window": lambda: policy.ReceiveWindow(start="09:00", end="10:00", step_minutes=-1),
}
MISTAKES = {
    "empty": EMPTY,
    "encoding": LONE_SURROGATE,
    "url": DOUBTFUL_LINK,
    "aware_datetime": WITHOUT_OFFSET,
    "type": OTHER_TYPE,
    "unknown_key": UNKNOWN_KEY,
    "minimum": OUT_OF_BOUNDS,
}


@pytest.mark.parametrize(
    ("rule", "where"), [(rule, where) for rule, places in MISTAKES.items() for where in places]
)
def test_a_mistake_has_the_same_code_everywhere(rule, where):
    assert rules(MISTAKES[rule][where]) == {rule}
