#!/usr/bin/env python3
"""Makes the seeds in corpus/: for the packets from the recorded sessions in tests/data/captures, one packet a file, one
file a shape; for the topics from what is written out at the end.

A shape is what makes a decoder take another path: type, flags, which fields there are, how many list elements, how long
the Remaining Length is, whether the text is ASCII, and in 5.0 which properties there are. What no session holds is
written out below.

What fuzzing added to the seeds (grow.py) stays.

The target `stream` reads several packets, in chunks: its seeds are whole directions of sessions, and what is refused
between packets that are not.
"""

import collections
import pathlib

from grow import FOUND

HERE = pathlib.Path(__file__).parent
STREAMS = HERE.parent / "tests" / "data" / "captures" / "streams"
LARGEST = 300
LARGEST_STREAM = 600
NAMES = ("connect connack publish puback pubrec pubrel pubcomp subscribe suback "
         "unsubscribe unsuback pingreq pingresp disconnect auth").split()


def length(value):
    """A Variable Byte Integer."""
    low, high = value % 0x80, value // 0x80
    return bytes([low | 0x80]) + length(high) if high else bytes([low])


def binary(data):
    """Two bytes of length and as many of data."""
    return len(data).to_bytes(2, "big") + data


def text(string):
    return binary(string.encode())


def properties(*each):
    block = b"".join(each)
    return length(len(block)) + block


def packet(first_byte, *fields):
    body = b"".join(fields)
    return bytes([first_byte]) + length(len(body)) + body


# What recorded clients and servers do not send. First what a receiver takes and writes otherwise, or seldom sees.
BY_HAND = {
    "padded-pingreq": "c0 80 00",
    "padded-publish": "30 86 80 00 00 01 61 62 63 64",
    "pubrel-dup-3.1": "6a 02 00 01",
    "subscribe-bits-3.1": "8a 06 00 01 00 01 61 fd",
    "connack-byte-1-3.1": "20 02 ff 00",
    "connect-unused-bits-3.1": "10 0f 00 06 4d 51 49 73 64 70 03 3b 00 3c 00 01 61",
    "connect-absent-user-3.1": "10 0f 00 06 4d 51 49 73 64 70 03 c2 00 3c 00 01 61",
    "connect-absent-password-3.1": "10 12 00 06 4d 51 49 73 64 70 03 c2 00 3c 00 01 61 00 01 75",
    "connect-empty-client-id-3.1": "10 0e 00 06 4d 51 49 73 64 70 03 02 00 3c 00 00",
    "connect-empty-client-id-3.1.1": "10 0c 00 04 4d 51 54 54 04 02 00 3c 00 00",
    "puback-long-5.0": "40 04 00 01 00 00",
    "pubrec-no-length-5.0": "50 03 00 01 80",
    "disconnect-long-5.0": "e0 02 00 00",
    "auth-empty-5.0": "f0 00",
    "publish-alias-5.0": "30 06 00 00 03 23 00 01",
    "packets-back-to-back": "c0 00 30 04 00 01 61 62 c0 00 32 06 00 01 61 00 01 62 e0 00",
}

# Then what a receiver refuses.
REFUSED = {
    "too-long-length": "30 80 80 80 80 01",
    "four-byte-length": "30 80 80 80 01 00 01 61",
    "type-0": "00 00",
    "qos-3": "36 05 00 01 61 00 01",
    "dup-at-qos-0": "38 03 00 01 61",
    "packet-id-0": "32 05 00 01 61 00 00",
    "connect-bridge": "10 0d 00 04 4d 51 54 54 84 02 00 3c 00 01 61",
    "nul-in-topic": "30 04 00 02 61 00",
    "surrogate-in-topic": "30 05 00 03 ed a0 80",
    "wildcard-in-topic": "30 05 00 03 61 2f 23",
    "misplaced-wildcard": "82 09 00 01 00 04 61 2f 2b 62 00",
    "no-topic-filter": "82 02 00 01",
    "repeated-property": "30 08 00 01 61 04 01 00 01 00",
    "unknown-property": "30 06 00 01 61 02 04 00",
    "property-of-another-packet": "30 08 00 01 61 03 21 00 01 31",
    "property-cut-short": "30 07 00 01 61 03 02 00 00",
    "property-length-behind-the-end": "30 06 00 01 61 05 01 01",
    "padded-property-length": "30 06 00 01 61 80 00 31",
    "bit-2": "30 06 00 01 61 02 01 02",
    "topic-alias-0": "30 07 00 01 61 03 23 00 00",
    "no-topic-no-alias": "30 03 00 00 00",
    "subscription-identifier-0": "82 09 00 01 02 0b 00 00 01 61 00",
    "response-topic-with-wildcard": "30 08 00 01 61 04 08 00 01 23",
    "receive-maximum-0": "10 10 00 04 4d 51 54 54 05 02 00 3c 03 21 00 00 00 00",
    "packet-size-0": "10 12 00 04 4d 51 54 54 05 02 00 3c 05 27 00 00 00 00 00 00",
    "authentication-data-without-method": "10 11 00 04 4d 51 54 54 05 02 00 3c 04 16 00 01 64 00 00",
    "auth-without-method": "f0 02 18 00",
    "session-present-with-refusal": "20 03 01 87 00",
    "unknown-reason-code": "40 03 00 01 03",
    "reason-code-of-another-packet": "40 03 00 01 92",
    "no-reason-code": "90 03 00 01 00",
    "reserved-subscription-bits": "82 07 00 01 00 00 01 61 40",
    "retain-handling-3": "82 07 00 01 00 00 01 61 30",
    "no-local-on-shared-subscription": "82 10 00 01 00 00 0a 24 73 68 61 72 65 2f 61 2f 62 04",
    "share-without-name": "82 0f 00 01 00 00 09 24 73 68 61 72 65 2f 2f 62 00",
    "share-with-wildcard": "82 10 00 01 00 00 0a 24 73 68 61 72 65 2f 2b 2f 62 00",
    "share-without-filter": "a2 0d 00 01 00 00 08 24 73 68 61 72 65 2f 61",
    "disconnect-of-both-sides-5.0": "e0 0b 00 09 11 00 00 00 00 1c 00 01 61",
}

# Of 5.0 a value for each property, in the order of the identifiers.
PAYLOAD_FORMAT = b"\x01\x01"
MESSAGE_EXPIRY = b"\x02\x00\x00\x00\x3c"
CONTENT_TYPE = b"\x03" + text("text/plain")
RESPONSE_TOPIC = b"\x08" + text("응답/7")
CORRELATION_DATA = b"\x09" + binary(b"\x00\xff")
SUBSCRIPTIONS = [b"\x0b" + length(value) for value in (1, 0x80, 0x4000, 0x20_0000, 0xFFF_FFFF)]
SESSION_EXPIRY = b"\x11\xff\xff\xff\xff"
ASSIGNED_NAME = b"\x12" + text("c-1")
KEEP_ALIVE = b"\x13\x00\x1e"
METHOD = b"\x15" + text("SCRAM-SHA-1")
METHOD_DATA = b"\x16" + binary(b"n,,n=user,r=1")
NO_PROBLEMS = b"\x17\x00"
WILL_DELAY = b"\x18\x00\x00\x00\x05"
WANT_RESPONSES = b"\x19\x01"
RESPONSES = b"\x1a" + text("r/7/")
OTHER_SERVER = b"\x1c" + text("b.example:8883")
REASON = b"\x1f" + text("왜냐하면")
RECEIVE_MAXIMUM = b"\x21\x00\x0a"
ALIAS_MAXIMUM = b"\x22\x00\x05"
ALIAS = b"\x23\x00\x05"
MAXIMUM_QOS = b"\x24\x01"
NO_RETAIN = b"\x25\x00"
USER = b"\x26" + text("k") + text("v")
MANY_USERS = [b"\x26" + text(f"name-{number}") + text("값") for number in range(10)]
PACKET_SIZE = b"\x27\x00\x01\x00\x00"
NO_WILDCARDS = b"\x28\x00"
NO_SUBSCRIPTIONS = b"\x29\x00"
NO_SHARING = b"\x2a\x00"

ID = b"\x00\x0a"
MQTT_5 = text("MQTT") + b"\x05"
LIMITS = SESSION_EXPIRY + RECEIVE_MAXIMUM + PACKET_SIZE + ALIAS_MAXIMUM
OF_MESSAGE = PAYLOAD_FORMAT + MESSAGE_EXPIRY + CONTENT_TYPE + RESPONSE_TOPIC + CORRELATION_DATA + USER

# Then packets of them: every property somewhere, explained refusals, and property blocks so long that their
# Property Length takes two bytes. Three bytes would take a block of 16 kB.
OF_5_0 = {
    "connect-all": packet(
        0x10, MQTT_5, b"\xee\x00\x3c",
        properties(LIMITS, NO_PROBLEMS, WANT_RESPONSES, USER, METHOD, METHOD_DATA), text("c"),
        properties(WILL_DELAY, OF_MESSAGE), text("w"), binary(b"\x00\xff"), text("user"), binary(b"password")),
    "connect-password-alone": packet(0x10, MQTT_5, b"\x40\x00\x00", properties(), text(""), binary(b"p")),
    "connect-long-block": packet(0x10, MQTT_5, b"\x02\x00\x3c", properties(*MANY_USERS), text("c")),
    "connack-all": packet(
        0x20, b"\x01\x00",
        properties(LIMITS, MAXIMUM_QOS, NO_RETAIN, ASSIGNED_NAME, REASON, USER, NO_WILDCARDS, NO_SUBSCRIPTIONS,
                   NO_SHARING, KEEP_ALIVE, RESPONSES, OTHER_SERVER, METHOD, METHOD_DATA)),
    "connack-moved": packet(0x20, b"\x00\x9d", properties(OTHER_SERVER, REASON)),
    "publish-all": packet(0x33, text("a/b"), ID, properties(OF_MESSAGE, ALIAS, USER), b"payload"),
    "publish-identifiers": packet(0x34, text("a"), ID, properties(*SUBSCRIPTIONS), b"1"),
    "publish-empty-values": packet(
        0x30, text("a"), properties(b"\x03" + text(""), b"\x09" + binary(b""), b"\x26" + text("") + text(""))),
    "publish-long-block": packet(0x32, text("a"), ID, properties(ALIAS, *MANY_USERS), b"1"),
    "puback-explained": packet(0x40, ID, b"\x97", properties(REASON, USER, USER)),
    "pubrec-explained": packet(0x50, ID, b"\x91", properties(USER, REASON)),
    "pubrel-explained": packet(0x62, ID, b"\x92", properties(REASON)),
    "pubcomp-explained": packet(0x70, ID, b"\x92", properties(USER)),
    "puback-long-block": packet(0x40, ID, b"\x10", properties(*MANY_USERS)),
    "subscribe-shared": packet(
        0x82, ID, properties(SUBSCRIPTIONS[1], USER), text("$share/workers/jobs/#"), b"\x02", text("$share/작업/+"),
        b"\x19", text("$shared/a"), b"\x04", text("$share"), b"\x01"),
    "subscribe-options": packet(
        0x82, ID, properties(), *(text("a/+") + bytes([options]) for options in (0x00, 0x05, 0x0A, 0x11, 0x2E))),
    "suback-all": packet(0x90, ID, properties(REASON, USER), bytes.fromhex("00 01 02 80 83 87 8f 91 97 9e a1 a2")),
    "unsubscribe-shared": packet(0xA2, ID, properties(USER), text("$share/workers/jobs/#"), text("a/#")),
    "unsuback-all": packet(0xB0, ID, properties(REASON), bytes.fromhex("00 11 80 83 87 8f 91")),
    "disconnect-of-client": packet(0xE0, b"\x04", properties(SESSION_EXPIRY, REASON, USER)),
    "disconnect-of-server": packet(0xE0, b"\x9c", properties(OTHER_SERVER, REASON, USER)),
    "disconnect-long-block": packet(0xE0, b"\x8b", properties(REASON, *MANY_USERS)),
    "auth-continue": packet(0xF0, b"\x18", properties(METHOD, METHOD_DATA)),
    "auth-again": packet(0xF0, b"\x19", properties(METHOD, b"\x16" + binary(b""))),
    "auth-all": packet(0xF0, b"\x00", properties(METHOD, METHOD_DATA, REASON, USER)),
    "session": b"".join([
        packet(0x10, MQTT_5, b"\x02\x00\x3c", properties(ALIAS_MAXIMUM), text("c")),
        packet(0x20, b"\x00\x00", properties(ALIAS_MAXIMUM)),
        packet(0x82, ID, properties(SUBSCRIPTIONS[0]), text("a"), b"\x01"), packet(0x90, ID, properties(), b"\x01"),
        packet(0x30, text("a"), properties(ALIAS), b"1"), packet(0x32, text(""), ID, properties(ALIAS), b"2"),
        packet(0x40, ID), packet(0xE0)]),
}

# And texts, which are inputs too.
TEXTS = {
    "topic-filter": "$share/workers/jobs/+/#",
    "topic-filter-of-3": "$share/workers",
    "topic-name": "거실/온도/센서/켜짐",
}

# For topics: texts that are held against each other, and what is done to a table of filters (fuzz_targets/topic.rs).
TOPICS = {
    "lecture": "?a/b/c/d +a/b/c/d ++/b/c/d +a/+/c/d +a/+/+/d ++/+/+/+ +# +a/# +a/b/# +a/b/c/# ++/b/c/# +b/+/c/d +a+/c/d",
    "parents": "?sport ?sport/ ?sport/golf +sport/# +sport/+ +sport +sports/# +sport/+/#",
    "dollar": "?$SYS/uptime ?$SYS ?uptime +# ++/uptime +$SYS/# +$SYS/+ ++ +$SYS/+/# ?a/$SYS",
    "empty-levels": "?/ ?// ?/a ?a/ +/ +// ++/+ +/+ ++/ +/# +//# +a//#",
    "parents-that-are-no-names": "+/# +/+/# +# ++/# ?/ ?// ?a ?/a",
    "relations": "+a/+/c/# ++/b/+/d ?a/b/c/d ?a/b/c +a/b/c +$share/g/a/b/#",
    "groups": "+$share/g/a +$share/h/a +$share/g/+ +a ?a ?g/a -$share/g/a ?a +$share//a +$share/g +$share/g/$share/h/a",
    "both-rules": "+$share/g/a 3$share/g/a ?a ?$share/g/a 4$share/g/a ?$share/g/a 3$share/+/# ?$share/g/a +$share/+/#",
    "full": "+a +b +c +d +e >12345678 +e =e 5a ?e 0 +a >1 +b > ?a",
    "branches": "++/+/+/a ++/+/a/a ++/a/a/a +a/a/a/a >12345678901234 +a/+/a/a +a/+/+/a ++/a/+/a ++/+/+/+ ?a/a/a/a ?b/b/b/a",
    "depth": "+" + "/".join("+" * 40) + " +" + "a/" * 18 + "# ?" + "/".join("a" * 40) + " ?" + "/" * 39,
    "long-texts": "?site/0042/hall/temperature/celsius +site/0042/+/temperature/celsius +site/0042/hall/temperature/fahrenheit",
    "utf-8": "?거실/온도 +거실/+ +거실/# +\U0001F600/# ?\U0001F600 ++/온도",
}

# What `forward` makes of a packet: QoS, RETAIN and topic; the identifiers; packet identifier, alias, seconds, maximum.
PLANS = [bytes.fromhex(text) for text in (
    "00 00 00000000 0001 0000 00000000 0000",
    "0c 01 00000005 0102 0007 00000012 0014",
    "32 05 0fffffff ffff ffff 0000003b 0006",
    "4b 02 00000080 0a0b 0000 0000003c 0005",
)]


def planned(packets):
    """Each packet under one of the plans, those with much to decide under all."""
    for number, (name, packet) in enumerate(packets.items()):
        plans = PLANS if name.endswith(("all-5.0", "identifiers-5.0", "explained-5.0")) else [PLANS[number % len(PLANS)]]
        for plan in plans:
            yield f"{name}-{PLANS.index(plan)}", plan + packet


def packets(stream):
    """The packets of one direction, whole."""
    while len(stream) >= 2:
        at, length = 1, 0
        while True:
            length |= (stream[at] & 0x7F) << 7 * (at - 1)
            at += 1
            if stream[at - 1] < 0x80:
                break
        yield stream[:at + length], stream[at:at + length]
        stream = stream[at + length:]


def field(body, at):
    """What a length-prefixed field at `at` holds, and where the next begins."""
    end = at + 2 + int.from_bytes(body[at:at + 2], "big")
    return body[at + 2:end], end


def shape(packet, body):
    kind = packet[0] >> 4
    lengths = len(packet) - len(body)
    match kind:
        case 1:
            flags = 2 + body[1] + 1
            client_id, _ = field(body, flags + 3)
            return (kind, body[:flags + 1], bool(client_id), body.isascii(), lengths)
        case 2:
            return (kind, body)
        case 3:
            topic, _ = field(body, 0)
            return (packet[0] & 0b0111, topic.isascii(), lengths)
        case 8:
            return (kind, body[-1], body.isascii(), b"#" in body)
        case 9:
            return (kind, len(body), body[2])
        case 10:
            return (kind, body.isascii(), b"#" in body)
        case _:
            return (kind,)


def shape_5(packet, body):
    """Fields before the first property block, the identifiers in it, and the last byte of a list."""
    kind = packet[0] >> 4
    match kind:
        case 1:
            fixed, at = body[7:8], 10
        case 2:
            fixed, at = body[:2], 2
        case 3:
            topic, at = field(body, 0)
            at += 2 if packet[0] & 0b0110 else 0
            fixed = bool(topic)
        case 8 | 9 | 10 | 11:
            fixed, at = body[-1:] if kind != 10 else b"", 2
        case 14 | 15:
            fixed, at = body[:1], 1
        case _:
            fixed, at = body[2:3], 3
    if at >= len(body) and not fixed:
        return (kind,) # as in 3.1.1
    return ("5.0", kind, fixed, frozenset(identifiers(body, at)))


def identifiers(body, at):
    """Those of the property block at `at`, if there is one; its length is a byte, as all here are."""
    end = at + 1 + body[at] if at < len(body) else at
    at += 1
    while at < end:
        yield body[at]
        match body[at]:
            case 0x01 | 0x17 | 0x19 | 0x24 | 0x25 | 0x28 | 0x29 | 0x2A:
                at += 2
            case 0x13 | 0x21 | 0x22 | 0x23:
                at += 3
            case 0x02 | 0x11 | 0x18 | 0x27:
                at += 5
            case 0x0B:
                at += 2 + sum(byte >= 0x80 for byte in body[at + 1:at + 4])
            case 0x26:
                _, at = field(body, at + 1)
                _, at = field(body, at)
            case _:
                _, at = field(body, at + 1)


def recorded(pattern, shape, suffix, shapes):
    """A packet of each shape that is not yet among `shapes`."""
    numbers = collections.Counter()
    for path in sorted(STREAMS.glob(pattern)):
        for packet, body in packets(path.read_bytes()):
            found = shape(packet, body)
            if len(packet) > LARGEST or found in shapes:
                continue
            shapes.add(found)
            name = NAMES[(packet[0] >> 4) - 1]
            numbers[name] += 1
            yield f"{name}{suffix}-{numbers[name]}", packet


# How a stream is read, in the bytes that fuzz_targets/stream.rs takes them from: the limit (in units of four bytes), the
# capacity less 5, when payloads and refused packets are skipped, and three rounds.
READINGS = [
    bytes([0, 255, 0x00, 0xFF, 0xFF, 0xFF]),  # all at once, and everything fits
    bytes([0, 59, 0x00, 0x00, 0x00, 0x00]),   # byte by byte through 64
    bytes([0, 0, 0x00, 0x18, 0x18, 0x18]),    # seven by seven through 5
    bytes([0, 15, 0x02, 0x28, 0x01, 0xF2]),   # in uneven chunks, some events later; payloads are skipped behind a piece
    bytes([5, 95, 0x10, 0x24, 0x0C, 0xFC]),   # with a limit of 20 bytes; what is refused is looked at twice
]
VERSIONS = ("3.1", "3.1.1", "5.0")
SIDES = ("observer", "server", "client")


def reading(version, side, number):
    """How to read a stream of a version for a side, in one of the ways."""
    return bytes([VERSIONS.index(version) + 3 * SIDES.index(side)]) + READINGS[number % len(READINGS)]


def streams(refused):
    """Whole directions of sessions, and what is refused between two PINGREQ."""
    short = [path for path in sorted(STREAMS.glob("*.bin")) if path.stat().st_size <= LARGEST_STREAM]
    for number, path in enumerate(short):
        version = dict(zip(("v3", "v4", "v5"), VERSIONS))[path.stem.split(".")[0][-2:]]
        side = "server" if path.stem.endswith("up") else "client"
        yield path.stem, reading(version, side, number) + path.read_bytes()
    ping = bytes.fromhex("c0 00")
    for number, (name, bad) in enumerate(refused.items()):
        version = "3.1.1" if number % 2 else "5.0"
        yield f"refused-{name}", reading(version, "observer", number // 2) + ping + bad + ping
    picture = packet(0x32, text("cam"), ID, bytes(range(200)))
    for number in range(len(READINGS)):
        yield f"picture-{number}", reading("3.1.1", "server", number) + picture + ping + picture


def main():
    taken = {name: bytes.fromhex(text) for name, text in BY_HAND.items()}
    shapes = set()
    taken |= dict(recorded("*-v[34].*.bin", shape, "", shapes))
    taken |= dict(recorded("*-v5.*.bin", shape_5, "-5.0", shapes))
    taken |= {f"{name}-5.0": packet for name, packet in OF_5_0.items()}
    texts = {name: text.encode() for name, text in TEXTS.items()}
    refused = {name: bytes.fromhex(text) for name, text in REFUSED.items()}
    topics = {name: lines.replace(" ", "\n").encode() for name, lines in TOPICS.items()}
    targets = {
        "decode": taken | refused | texts,
        "forward": dict(planned(taken)),
        "round_trip": taken,
        "stream": dict(streams(refused)),
        "topic": topics,
    }
    for target, seeds in targets.items():
        corpus = HERE / "corpus" / target
        corpus.mkdir(parents=True, exist_ok=True)
        for seed in corpus.iterdir():
            if not FOUND.fullmatch(seed.name):
                seed.unlink()
        for name, packet in seeds.items():
            (corpus / name).write_bytes(packet)
        print(f"{target}: {len(seeds)} seeds, {sum(map(len, seeds.values()))} bytes")


if __name__ == "__main__":
    main()
