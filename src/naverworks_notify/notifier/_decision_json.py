"""The JSON form of a decision, as a delivery carries it."""

from __future__ import annotations

from typing import Any

from naverworks_notify.alerts import Audience
from naverworks_notify.policy import Decision, Outcome, Step, Verdict
from naverworks_notify.validation import ObjectReader, Violations, join_path

__all__ = ["decision_to_dict", "read_decision", "trail_to_list"]

_PAIR = 2


def decision_to_dict(decision: Decision) -> dict[str, Any]:
    """Return the JSON form."""
    return {
        "person_id": decision.person_id,
        "outcome": str(decision.outcome),
        "audience": None if decision.audience is None else str(decision.audience),
        "until": None if decision.until is None else decision.until.isoformat(),
        "reason": str(decision.reason),
        "trail": trail_to_list(decision),
        "event_id": decision.event_id,
        "catalog_id": decision.catalog_id,
    }


def trail_to_list(decision: Decision) -> list[list[str]]:
    """Return every rule asked, in order, as pairs of rule code and verdict."""
    return [[str(rule), str(verdict)] for rule, verdict in decision.trail]


def read_decision(raw: object, path: str, violations: Violations) -> Decision | None:
    """Read the JSON form, noting what is wrong."""
    reader = ObjectReader(raw, path=path, violations=violations)
    person_id = reader.text("person_id", required=True)
    outcome = reader.choice("outcome", Outcome, required=True)
    audience = reader.choice("audience", Audience)
    until = reader.moment("until")
    # A caller's own rule brings its own word, so any text will do.
    reason = reader.text("reason", required=True)
    trail = reader.items("trail", _read_step, required=True)
    event_id = reader.text("event_id", required=True)
    catalog_id = reader.text("catalog_id")
    reader.finish()
    if person_id is None or outcome is None or reason is None or trail is None or event_id is None:
        return None
    return Decision(
        person_id=person_id,
        outcome=outcome,
        audience=audience,
        until=until,
        reason=reason,
        trail=trail,
        event_id=event_id,
        catalog_id=catalog_id,
    )


def _read_step(raw: object, path: str, violations: Violations) -> Step | None:
    if not isinstance(raw, (list, tuple)) or len(raw) != _PAIR:
        violations.add(path, "type", "must be a pair of rule code and verdict.")
        return None
    rule, verdict = raw
    if not isinstance(rule, str):
        violations.add(join_path(path, 0), "type", "must be a string.")
        return None
    try:
        return Step(rule, Verdict(verdict))
    except ValueError:
        allowed = ", ".join(Verdict)
        violations.add(join_path(path, 1), "enum", f"must be one of {allowed}.")
        return None
