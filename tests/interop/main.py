"""The checks of `tests/interop/run`, twice: directly, and through the relay of dissect, which has to decode everything
that passes."""

import os
import pathlib
import signal
import sys
import tempfile

import command_line
import lecture
import mqttjs
import paho_client
import processes
from checks import Checks, same
from processes import Process


def main(modules):
    checks = Checks()
    # What ends this program ends those that it has started, too.
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory() as scratch:
        try:
            check_all(checks, pathlib.Path(scratch), modules)
        except KeyboardInterrupt:
            sys.exit("\nInterrupted.")
        finally:
            Process.stop_all()
    print(f"{checks.passed} passed, {checks.failed} failed")
    return checks.failed != 0


def check_all(checks, scratch, modules):
    big = scratch / "big"
    big.write_bytes(os.urandom(5_000_000))
    mosquitto, broker = servers = processes.mosquitto(scratch), processes.broker()

    print("-- directly")
    check_peers(checks, mosquitto, broker, big, modules)

    print("-- through the relay of dissect")
    reached = [processes.through_relays(server) for server in servers]
    check_peers(checks, *(server for server, _ in reached), big, modules)
    for server, relays in reached:
        for relay in relays:
            check_relay(checks, server, relay)

    if checks.failed:
        for server in servers:
            print(f"-- what {server.name} has said last:\n{server.process.said(40, chr(10))}")


def check_peers(checks, mosquitto, broker, big, modules):
    command_line.check(checks, command_line.OurClient, mosquitto, big)
    command_line.check(checks, command_line.OurClient, broker, big)
    command_line.check(checks, command_line.Mosquitto, broker, big)
    paho_client.check(checks, broker, big)
    mqttjs.check(checks, broker, big, modules)
    lecture.check(checks, mosquitto)
    lecture.check(checks, broker)


def check_relay(checks, server, relay):
    checks.place = f"the relay to {server.name}"
    with checks("every packet was decoded"):
        summary = relay.summary()
        print("  " + " / ".join(summary[-2:]))
        same(summary[-1], "0 faults")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
