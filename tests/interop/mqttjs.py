"""MQTT.js, over TCP and over WebSocket. The checks are in mqttjs.mjs, which prints each as a line."""

import pathlib
import subprocess

from checks import PATIENCE, same

HERE = pathlib.Path(__file__).resolve().parent


def check(checks, server, big, modules):
    """`modules` is where npm has put MQTT.js."""
    for scheme, port in (("mqtt", server.port), ("ws", server.port_websocket)):
        for version in ("3.1", "3.1.1", "5.0"):
            over = "WebSocket" if scheme == "ws" else "TCP"
            checks.place = f"MQTT.js over {over}, {server.name}, {version}"
            path = "/mqtt" if scheme == "ws" else ""
            words = ["node", HERE / "mqttjs.mjs", modules, f"{scheme}://127.0.0.1:{port}{path}", version, big]
            peer = subprocess.run(words, capture_output=True, text=True, timeout=4 * PATIENCE)
            for line in peer.stdout.splitlines():
                result, _, name = line.partition(": ")
                name, _, why = name.partition(": ")
                with checks(name):
                    if result != "ok":
                        raise AssertionError(why)
            with checks("the program ends without an error"):
                same((peer.returncode, peer.stderr), (0, ""))
