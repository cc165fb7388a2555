#!/usr/bin/env python3
"""Writes fields.tsv: what Wireshark shows in every MQTT packet of pcap/*.pcap.

    python3 make_fields.py > fields.tsv

The committed file was made with TShark 4.0.17 (Debian's package `tshark`, built with Lua) and Python 3.11.
Other releases may name their fields differently; a field that is unknown here ends the run.

One line is one packet: capture, connection, direction, index, type, remaining_length, then one cell NAME=VALUE
for each field, in the order of the bytes. Line n of (capture, connection, direction) is packet n of
streams/CAPTURE.c<connection>.<direction>.bin. Numbers are decimal, text is text, binary data is hexadecimal.
Every value is taken from the bytes that Wireshark attributes to the field, not from its rendering of them.
"""

import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

TYPES = (
    "CONNECT CONNACK PUBLISH PUBACK PUBREC PUBREL PUBCOMP SUBSCRIBE SUBACK "
    "UNSUBSCRIBE UNSUBACK PINGREQ PINGRESP DISCONNECT AUTH"
).split()

NUMBER, TEXT, BINARY, SKIP = "number", "text", "binary", "skip"

# Wireshark's field, our column, how its bytes are written
COLUMNS = {
    "mqtt.hdrflags": ("", SKIP),
    "mqtt.msgtype": ("", SKIP),
    "mqtt.hdr_reserved": ("flags", NUMBER),
    "mqtt.dupflag": ("dup", NUMBER),
    "mqtt.qos": ("qos", NUMBER),
    "mqtt.retain": ("retain", NUMBER),
    "mqtt.retain_reserved": ("reserved", NUMBER),
    "mqtt.len": ("", SKIP),
    "mqtt.msgid": ("packet_id", NUMBER),
    "mqtt.topic_len": ("", SKIP),
    "mqtt.topic": ("topic", TEXT),
    "mqtt.msg": ("payload", BINARY),
    # CONNECT
    "mqtt.proto_len": ("", SKIP),
    "mqtt.protoname": ("protocol_name", TEXT),
    "mqtt.ver": ("level", NUMBER),
    "mqtt.conflags": ("", SKIP),
    "mqtt.conflag.uname": ("user_name_flag", NUMBER),
    "mqtt.conflag.passwd": ("password_flag", NUMBER),
    "mqtt.conflag.retain": ("will_retain", NUMBER),
    "mqtt.conflag.qos": ("will_qos", NUMBER),
    "mqtt.conflag.willflag": ("will_flag", NUMBER),
    "mqtt.conflag.cleansess": ("clean", NUMBER),
    "mqtt.conflag.reserved": ("reserved", NUMBER),
    "mqtt.kalive": ("keep_alive", NUMBER),
    "mqtt.clientid_len": ("", SKIP),
    "mqtt.clientid": ("client_id", TEXT),
    "mqtt.willtopic_len": ("", SKIP),
    "mqtt.willtopic": ("will_topic", TEXT),
    "mqtt.willmsg_len": ("", SKIP),
    "mqtt.willmsg": ("will_message", BINARY),
    "mqtt.username_len": ("", SKIP),
    "mqtt.username": ("user_name", TEXT),
    "mqtt.passwd_len": ("", SKIP),
    "mqtt.passwd": ("password", BINARY),
    # CONNACK
    "mqtt.conack.flags": ("", SKIP),
    "mqtt.conack.flags.reserved": ("reserved", NUMBER),
    "mqtt.conack.flags.sp": ("session_present", NUMBER),
    "mqtt.conack.val": ("return_code", NUMBER),
    # SUBSCRIBE and SUBACK
    "mqtt.sub.qos": ("requested_qos", NUMBER),
    "mqtt.suback.qos": ("return_code", NUMBER),
    "mqtt.subscription_options": ("", SKIP),
    "mqtt.subscription_options_reserved": ("reserved", NUMBER),
    "mqtt.subscription_options_retain": ("retain_handling", NUMBER),
    "mqtt.subscription_options_rap": ("retain_as_published", NUMBER),
    "mqtt.subscription_options_nl": ("no_local", NUMBER),
    "mqtt.subscription_options_qos": ("requested_qos", NUMBER),
    # 5.0; a property's cells are named `property.0x26`, in the will `will_property.0x26`
    "mqtt.properties": ("", SKIP),
    "mqtt.will_properties": ("", SKIP),
    "mqtt.property_len": ("properties_length", NUMBER),
    "mqtt.property_id": ("", SKIP),
    "mqtt.prop_number": ("property", NUMBER),
    "mqtt.prop_string_len": ("", SKIP),
    "mqtt.prop_string": ("property", TEXT),
    "mqtt.property.content_type": ("property", TEXT),
    "mqtt.property.topic_alias": ("property", NUMBER),
    "mqtt.prop_key_len": ("", SKIP),
    "mqtt.prop_key": ("property_name", TEXT),
    "mqtt.prop_value_len": ("", SKIP),
    "mqtt.prop_value": ("property_value", TEXT),
}
for packet in "connack puback pubrec pubrel pubcomp suback unsuback disconnect auth".split():
    COLUMNS[f"mqtt.{packet}.reason_code"] = ("reason_code", NUMBER)

# Correlation Data and Authentication Data, which Wireshark shows as text
BINARY_PROPERTIES = {"0x09", "0x16"}

# Wireshark 4.0 does not know by itself that the WebSocket subprotocol "mqtt" is MQTT
LUA = 'DissectorTable.get("ws.protocol"):add("mqtt", Dissector.get("mqtt"))\n'


def packets(capture):
    """Every dissected MQTT packet of a capture, with the TCP ports of its frame."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(LUA)
        script.flush()
        command = ["tshark", "-r", capture, "-d", "tcp.port==1883,mqtt", "-d", "tcp.port==8080,http"]
        command += ["-X", f"lua_script:{script.name}", "-T", "pdml"]
        pdml = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    for frame in ElementTree.fromstring(pdml.stdout).iter("packet"):
        protocols = {proto.get("name"): proto for proto in frame.iter("proto")}
        if "_ws.malformed" in protocols:
            sys.exit(f"{capture}: Wireshark finds a malformed packet")
        for proto in frame.iter("proto"):
            if proto.get("name") == "mqtt":
                yield port(frame, "tcp.srcport"), port(frame, "tcp.dstport"), proto


def port(frame, name):
    return int(next(field for field in frame.iter("field") if field.get("name") == name).get("show"))


def cell(field, kind):
    """The value of a field, from its bytes."""
    shown, raw = field.get("show"), bytes.fromhex(field.get("value") or "") if kind != NUMBER else b""
    if kind == NUMBER:
        return str(int(shown, 0))
    if kind == BINARY:
        return raw.hex()
    if field.get("name") == "mqtt.property.content_type":
        raw = raw[2:]  # this field alone includes its length
    text = raw.decode("utf-8")
    if not raw:  # where a PUBLISH holds only a topic alias, Wireshark shows the topic that it stands for
        shown = text
    if text != shown or any(ord(character) < 0x20 for character in text):
        sys.exit(f"Wireshark shows {shown!r} for {raw!r}")
    return text


def cells(proto):
    """NAME=VALUE for every field of a packet, in the order of its bytes."""
    block, identifier = "", ""
    for field in proto.iter("field"):
        name = field.get("name")
        if name == "mqtt.properties":
            block = ""
        elif name == "mqtt.will_properties":
            block = "will_"
        elif name == "mqtt.property_id":
            identifier = field.get("show")
        column, kind = COLUMNS[name]
        if kind == SKIP:
            continue
        if column == "properties_length":
            column = block + column
        elif column.startswith("property"):
            column = block + column + "." + identifier
            if identifier in BINARY_PROPERTIES:
                kind = BINARY
        yield f"{column}={cell(field, kind)}"


def value_of(proto, name):
    return int(next(field for field in proto.iter("field") if field.get("name") == name).get("show"), 0)


def main():
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    print("capture", "connection", "direction", "index", "type", "remaining_length", "fields", sep="\t")
    for capture in sorted(pathlib.Path(__file__).parent.glob("pcap/*.pcap")):
        read = {}
        for source, destination, proto in packets(capture):
            up = source >= 50000
            stream = ((source if up else destination) - 50000, "up" if up else "down")
            index = read[stream] = read.get(stream, -1) + 1
            packet_type = TYPES[value_of(proto, "mqtt.msgtype") - 1]
            remaining_length = value_of(proto, "mqtt.len")
            print(capture.stem, *stream, index, packet_type, remaining_length, *cells(proto), sep="\t")


main()
