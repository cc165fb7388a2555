#!/usr/bin/env python3
"""Makes the seeds in corpus/ from the recorded sessions in tests/data/captures: one packet a file, one file a shape.

A shape is what makes a decoder take another path: type, flags, which fields there are, how many list elements, how long
the Remaining Length is, whether the text is ASCII. What no session holds is written out below.
"""

import collections
import pathlib
import shutil

HERE = pathlib.Path(__file__).parent
STREAMS = HERE.parent / "tests" / "data" / "captures" / "streams"
LARGEST = 300
NAMES = ("connect connack publish puback pubrec pubrel pubcomp subscribe suback "
         "unsubscribe unsuback pingreq pingresp disconnect auth").split()

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
    "auth-5.0": "f0 09 18 07 15 00 01 6d 16 00 00",
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
    "misplaced-wildcard": "82 08 00 01 00 03 61 2f 2b 62 00",
    "no-topic-filter": "82 02 00 01",
    "repeated-property": "30 08 00 01 61 04 01 00 01 00",
}

# And texts, which are inputs too.
TEXTS = {
    "topic-filter": "$share/workers/jobs/+/#",
    "topic-name": "거실/온도/센서/켜짐",
}


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
    """Type, and the identifiers of the first property block; the properties' values say little."""
    kind = packet[0] >> 4
    if kind == 1:
        at = 10
    elif kind == 3:
        _, at = field(body, 0)
        at += 2 if packet[0] & 0b0110 else 0
    else:
        at = {2: 2, 8: 2, 9: 2, 10: 2, 11: 2, 14: 1}.get(kind, 3)
    if at >= len(body):
        return (kind,) # as in 3.1.1
    end = at + 1 + body[at]
    at += 1
    found = set()
    while at < end:
        found.add(body[at])
        match body[at]:
            case 0x01 | 0x17 | 0x19 | 0x24 | 0x25 | 0x28 | 0x29 | 0x2A:
                at += 2
            case 0x13 | 0x21 | 0x22 | 0x23:
                at += 3
            case 0x02 | 0x11 | 0x18 | 0x27:
                at += 5
            case 0x0B:
                at += 2 + sum(byte >= 0x80 for byte in body[at + 1:at + 3])
            case 0x26:
                _, at = field(body, at + 1)
                _, at = field(body, at)
            case _:
                _, at = field(body, at + 1)
    return ("5.0", kind, body[9] if kind == 1 else 0, frozenset(found))


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


def main():
    taken = {name: bytes.fromhex(text) for name, text in BY_HAND.items()}
    shapes = set()
    taken |= dict(recorded("*-v[34].*.bin", shape, "", shapes))
    taken |= dict(recorded("*-v5.*.bin", shape_5, "-5.0", shapes))
    texts = {name: text.encode() for name, text in TEXTS.items()}
    refused = {name: bytes.fromhex(text) for name, text in REFUSED.items()}
    for target, seeds in (("decode", taken | refused | texts), ("round_trip", taken)):
        corpus = HERE / "corpus" / target
        shutil.rmtree(corpus, ignore_errors=True)
        corpus.mkdir(parents=True)
        for name, packet in seeds.items():
            (corpus / name).write_bytes(packet)
        print(f"{target}: {len(seeds)} seeds, {sum(map(len, seeds.values()))} bytes")


if __name__ == "__main__":
    main()
