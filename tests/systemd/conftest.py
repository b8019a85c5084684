"""One booted machine for all tests of the service, with riwaya installed by the documented commands."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.daemon.newsroom import eventually
from tests.systemd.base_tree import CannotBootError, prepare
from tests.systemd.installed import Installation
from tests.systemd.machine import Machine

ARTEFACTS_VARIABLE = "RIWAYA_TEST_ARTEFACTS"
"""A folder that keeps what tests have to show, here the transcript of the machine."""


@pytest.fixture(scope="session")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine that has just booted; the tests are skipped, and loudly so, where none can."""
    folder = tmp_path_factory.mktemp("boot")
    kept = Path(os.environ.get(ARTEFACTS_VARIABLE) or folder)
    transcript = kept / "booted-systemd.txt"
    transcript.unlink(missing_ok=True)
    try:
        booted = Machine(prepare(), folder, transcript)
    except CannotBootError as error:
        print(f"\nNOT TESTED: no systemd can be booted here: {error}", file=sys.__stderr__)
        pytest.skip(f"no systemd can be booted here: {error}")
    with booted:
        yield booted


@pytest.fixture(scope="session")
def installed(machine: Machine) -> Installation:
    """Riwaya, installed, configured for two outlets that carry one story, started, and at work."""
    riwaya = Installation(machine)
    riwaya.put_source("/root/riwaya")
    # An administrator's own configuration is there before: it must be kept.
    machine.path("/etc/riwaya").mkdir()
    riwaya.feed("one", 1, 0)
    riwaya.feed("two", 1)
    # A start that failed is tried again in seconds here.
    riwaya.drop_in("riwaya.service", "[Service]\nRestartSec=1s\n")
    riwaya.by_the_book("As a service", "/root/riwaya")
    eventually(lambda: len(riwaya.stories()) == 2, 60)
    return riwaya
