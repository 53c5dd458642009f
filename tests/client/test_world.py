"""What clients share: by the service they reach, not by their transport objects."""

from __future__ import annotations

import gc
import weakref

import httpx
import pytest

from naverworks_notify.client._world import world_of
from naverworks_notify.client.fast import FastTransport
from naverworks_notify.testing import Simulator


@pytest.mark.parametrize("make", [httpx.HTTPTransport, httpx.AsyncHTTPTransport, FastTransport])
def test_what_goes_over_the_network_shares_one_world(make):
    assert world_of(make()) is world_of(None)


def test_simulators_are_told_apart_by_simulator_not_by_transport():
    one, other = Simulator(), Simulator()
    assert world_of(one.transport()) is world_of(one.transport())
    assert world_of(one.transport()) is not world_of(other.transport())
    assert world_of(one.transport()) is not world_of(None)


class Stub(httpx.BaseTransport):
    """Equal to all of its kind, and not hashable: only identity may count."""

    def __eq__(self, other):
        return isinstance(other, Stub)

    __hash__ = None


class Dressed(httpx.HTTPTransport):
    """A subclass may reach anything."""


@pytest.mark.parametrize("make", [Stub, Dressed])
def test_another_transport_is_a_world_of_its_own_and_is_held_weakly(make):
    one, other = make(), make()
    assert world_of(one) is world_of(one)
    assert world_of(one) is not world_of(other)
    assert world_of(one) is not world_of(None)
    gone = weakref.ref(world_of(one))
    del one
    gc.collect()
    assert gone() is None


def test_what_cannot_be_held_weakly_is_not_held_at_all():
    assert world_of(7) is not world_of(7)
