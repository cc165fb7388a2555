"""The samples of a lecture on MQTT, as it has them: a chat, and an LED that a web page switches.

Every client of the chat publishes `hello/NAME/chat` and subscribes to `hello/+/chat`. The LED takes JSON commands on
`SODA/led/action` and tells its state as text on `SODA/led/state`.
"""

import json

from checks import same
from command_line import Mosquitto, OurClient, Tools
from paho_client import Paho


def check(checks, server):
    for version in ("3.1", "3.1.1", "5.0"):
        checks.place = f"the lecture, {server.name}, {version}"
        with checks("a chat of Paho, mosquitto_sub and our client"):
            chat(version, server)
        with checks("an LED that is switched over WebSocket"):
            led(version, server)


def chat(version, server):
    alice = Paho(version, "tcp", server.port)
    bob = Paho(version, "websockets" if server.port_websocket else "tcp", server.port_websocket or server.port)
    programs = [Tools(program, version, server.port) for program in (OurClient, Mosquitto)]
    onlookers = [tools.subscribe("-t", "hello/+/chat", "-v", "-C", 3) for tools in programs]
    with alice, bob:
        for client in (alice, bob):
            client.subscribe("hello/+/chat")
        said = [("hello/alice/chat", "안녕, Bob!"), ("hello/bob/chat", "Hello, Alice 👋"), ("hello/carol/chat", "Hi, all")]
        for client, (topic, text) in zip((alice, bob), said):
            client.publish(topic, text, 0)
            same([alice.receive(), bob.receive()], [(topic, text)] * 2)  # everybody hears it, whoever said it too
        topic, text = said[2]
        programs[0].publish("-t", topic, "-m", text)
        same([alice.receive(), bob.receive()], [said[2]] * 2)
    for tools, onlooker in zip(programs, onlookers):
        same(tools.messages(onlooker), [f"{topic} {text}" for topic, text in said])


def led(version, server):
    device = Paho(version, "tcp", server.port)
    page = Paho(version, "websockets" if server.port_websocket else "tcp", server.port_websocket or server.port)

    def act(client, _, message):
        action = json.loads(message.payload)
        client.publish("SODA/led/state", f"id:{action['id']}, led:{action['led']}, state:{action['action']}")

    with device, page:
        device.client.on_message = act
        device.subscribe("SODA/led/action")
        page.subscribe("SODA/led/state")
        for led, state in ((1, "on"), (2, "on"), (1, "off"), (2, "off")):
            page.publish("SODA/led/action", json.dumps({"id": 10, "led": led, "action": state}), 0)
            same(page.receive(), ("SODA/led/state", f"id:10, led:{led}, state:{state}"))
