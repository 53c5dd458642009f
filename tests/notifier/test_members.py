"""The notifier together with the members it asks: who cannot be reached is never called."""

from __future__ import annotations

import naverworks_notify as nw
from naverworks_notify.members import Members


def test_from_sync_to_send_and_a_user_who_vanishes_in_between(simulator, clock, confirmed, person):
    simulator.change_user("u-1@example.com", suspended=True)
    simulator.change_user("u-2@example.com", pending=True)
    people = [
        person("u-0", email="U-0@Example.com"),
        person("u-1"),
        person("u-2"),
        person("u-3"),
        person("nobody"),
    ]
    with nw.Client(
        simulator.account,
        bot_id=simulator.bot_id,
        endpoints=simulator.endpoints,
        transport=simulator.transport(),
        clock=clock,
        limiter=nw.Unlimited(),
    ) as works:
        members = Members(clock=clock)
        notifier = nw.Notifier(works, members=members, clock=clock)
        ids = [one.id for one in people]

        before = notifier.notify(confirmed("ev-0", assignees=ids), people)
        assert {str(r.status) for r in before.results} == {"unmatched"}
        assert {r.detail for r in before.results} == {"never_synced"}

        members.sync(works)
        simulator.remove_user("u-3@example.com")
        report = notifier.notify(confirmed("ev-1", assignees=ids), people)
        assert [(str(r.status), r.detail) for r in report.results] == [
            ("sent", None),
            ("unmatched", "suspended"),
            ("unmatched", "pending"),
            ("failed", None),
            ("unmatched", "no_such_user"),
        ]
        assert isinstance(report.results[3].error, nw.NotFound)

        later = notifier.notify(confirmed("ev-2", assignees=ids), people)
        assert [str(r.status) for r in later.results] == ["sent", *["unmatched"] * 4]
        assert later.results[3].detail == "vanished"
    assert len(simulator.sent) == 2
