"""The checks of `tests/interop/run`, twice: directly, and through the relay of dissect, which has to decode all of it."""

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


def main():
    checks = Checks()
    # Ctrl-C and `kill` end the programs that were started, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory() as scratch:
        try:
            check_all(checks, pathlib.Path(scratch))
        except KeyboardInterrupt:
            print("\nInterrupted.")
            checks.failed += 1
        finally:
            Process.stop_all()
    print(f"{checks.passed} passed, {checks.failed} failed")
    return checks.failed != 0


def check_all(checks, scratch):
    big = scratch / "big"
    big.write_bytes(os.urandom(5_000_000))
    servers = [processes.mosquitto(scratch), processes.broker()]

    print("-- directly")
    check_peers(checks, *servers, big)

    print("-- through the relay of dissect")
    reached = [processes.through_relays(server) for server in servers]
    check_peers(checks, *(server for server, _ in reached), big)
    for server, relays in reached:
        for relay in relays:
            check_relay(checks, server, relay)


def check_peers(checks, mosquitto, broker, big):
    command_line.check(checks, command_line.OurClient, mosquitto, big)
    command_line.check(checks, command_line.OurClient, broker, big)
    command_line.check(checks, command_line.Mosquitto, broker, big)
    paho_client.check(checks, broker, big)
    mqttjs.check(checks, broker, big, sys.argv[1])
    lecture.check(checks, mosquitto)
    lecture.check(checks, broker)


def check_relay(checks, server, relay):
    checks.place = f"the relay to {server.name}"
    with checks("every packet was decoded"):
        summary = relay.summary()
        print("  " + " / ".join(summary[-2:]))
        same(summary[-1], "0 faults")


if __name__ == "__main__":
    sys.exit(main())
