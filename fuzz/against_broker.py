#!/usr/bin/env python3
"""Sends packets to a broker, and compares what it does with what mqtt-wire says of them: `dissect --lines` is the oracle.

    mosquitto -p 11883 &
    fuzz/against_broker.py --port 11883 --mqtt 5.0 fuzz/corpus/decode fuzz/corpus/round_trip

Of every file, in folders of the directories too, the first packet is sent, if it is whole, on a connection of its own
and behind a CONNECT if it is none. A broker that goes on answers the PINGREQ behind it, one that refuses the packet
closes the connection. DISCONNECT is left out, which a broker answers alike in either case. It ends with 1 if the broker
is gone, and if there is nothing to send.
"""

import argparse
import collections
import json
import pathlib
import socket
import subprocess

HERE = pathlib.Path(__file__).parent
CONNECT = {
    "3.1": "10 12 00 06 4d 51 49 73 64 70 03 02 00 3c 00 04 66 75 7a 7a",
    "3.1.1": "10 10 00 04 4d 51 54 54 04 02 00 3c 00 04 66 75 7a 7a",
    "5.0": "10 11 00 04 4d 51 54 54 05 02 00 3c 00 00 04 66 75 7a 7a",
}
PINGREQ, PINGRESP = b"\xc0\x00", b"\xd0\x00"
TYPE_CONNECT = 1
TYPE_DISCONNECT = 14


def is_whole(packet):
    """True if as many bytes are there as the Remaining Length says."""
    value = 0
    for size, byte in enumerate(packet[1:5], 1):
        value |= (byte & 0x7f) << 7 * (size - 1)
        if byte < 0x80:
            return 1 + size + value <= len(packet)
    return False


def verdicts(packets, version):
    """What mqtt-wire says of each packet that a client sends."""
    command = "cargo run --quiet --example dissect -- --lines --from client --mqtt".split()
    lines = "".join(packet.hex() + "\n" for packet in packets)
    done = subprocess.run([*command, version], cwd=HERE.parent, input=lines, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def first_packets(directories, version):
    """The first packet of every file, with its verdict."""
    files = [path for directory in directories for path in directory.rglob("*") if path.is_file()]
    inputs = {path.read_bytes() for path in files} - {b""}
    inputs = sorted(inputs)
    said = verdicts(inputs, version)
    several = [verdict["offset"] if verdict.get("violation") == "MoreThanOnePacket" else None for verdict in said]
    packets = {data[:end] for data, end in zip(inputs, several)}
    packets = sorted(packet for packet in packets if is_whole(packet) and packet[0] >> 4 != TYPE_DISCONNECT)
    return list(zip(packets, verdicts(packets, version)))


def goes_on(address, packet, version, patience):
    """True if the broker answers behind the packet, False if it closes the connection, None if it does neither."""
    received = b""
    with socket.create_connection(address, timeout=patience) as broker:
        try:
            if packet[0] >> 4 != TYPE_CONNECT:
                broker.sendall(bytes.fromhex(CONNECT[version]))
                broker.recv(4096)
            broker.sendall(packet + PINGREQ)
            while PINGRESP not in received:
                more = broker.recv(4096)
                if not more:
                    return False
                received += more
        except TimeoutError:
            return None
        except ConnectionError:
            return False
    return True


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directories", nargs="+", type=pathlib.Path, metavar="DIRECTORY", help="with an input in each file")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=1883)
    parser.add_argument("--mqtt", choices=CONNECT, default="3.1.1", help="the version (default: %(default)s)")
    parser.add_argument("--patience", type=float, default=1.0, help="seconds to wait for an answer (default: %(default)s)")
    options = parser.parse_args()
    for directory in options.directories:
        if not directory.is_dir():
            parser.error(f"{directory} is no directory")

    packets = first_packets(options.directories, options.mqtt)
    if not packets:
        raise SystemExit("no file there begins with a whole packet")
    outcomes = collections.Counter()
    for packet, verdict in packets:
        try:
            alive = goes_on((options.host, options.port), packet, options.mqtt, options.patience)
        except OSError as error:
            raise SystemExit(f"the broker is gone ({error}), at the latest after {packet.hex()}")
        says = {True: "goes on", False: "closes", None: "is silent"}[alive]
        outcomes[verdict["result"], says] += 1
        is_reject = verdict["result"] == "reject"
        if is_reject and alive is not False:
            print(f"{says} after {packet.hex()}: {verdict['message']}")
        elif not is_reject and not alive:
            print(f"{says} after {packet.hex()}, a well-formed {verdict['type']}")
    for (result, says), count in sorted(outcomes.items()):
        print(f"{count:6} that mqtt-wire would {result}: the broker {says}")


if __name__ == "__main__":
    main()
