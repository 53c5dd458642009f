"""The simulator's own table of operations agrees with the client's, written apart from it."""

from __future__ import annotations

import re

import pytest

from naverworks_notify import operations
from naverworks_notify.simulator.service.endpoints import ROUTES

# Calls to the storage host have no row of their own below the API's base.
OFF_TABLE = {"attachments.put"}


def _shape(template):
    return re.sub(r"\{[^}]*\}", "{}", template)


def test_the_names_are_the_same():
    assert {route.operation for route in ROUTES} == set(operations.ENDPOINTS) - OFF_TABLE
    assert len({route.operation for route in ROUTES}) == len(ROUTES)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.operation)
def test_method_path_scopes_and_limit_are_the_same(route):
    endpoint = operations.ENDPOINTS[route.operation]
    assert route.method == endpoint.method
    assert _shape(route.template) == _shape(endpoint.template)
    assert (route.limit == "room") is (endpoint.limit is operations.Limit.ROOM)
    if endpoint.scopes:
        assert set(route.scopes) == set(endpoint.scopes)
