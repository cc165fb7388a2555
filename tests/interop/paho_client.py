"""Eclipse Paho for Python, over TCP and over WebSocket."""

import contextlib
import functools
import socket

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from checks import Inbox, new_name, same

VERSIONS = {"3.1": mqtt.MQTTv31, "3.1.1": mqtt.MQTTv311, "5.0": mqtt.MQTTv5}
A_THOUSAND = 1000
FOR_EVER = 0xFFFFFFFF


class Paho:
    """A client whose calls wait until the server has answered."""

    def __init__(self, version, transport, port, name=""):
        self.version, self.port = version, port
        self.messages, self.answers, self.sent = Inbox(), Inbox(), Inbox()
        self.client = mqtt.Client(
            mqtt.CallbackAPIVersion.VERSION2,
            name,
            protocol=VERSIONS[version],
            transport=transport,
            reconnect_on_failure=False,
            **({} if version == "5.0" else {"clean_session": not name}),
        )
        if transport == "websockets":
            self.client.ws_set_options(path="/mqtt")
        self.client.max_inflight_messages_set(A_THOUSAND)
        # Each is called with the client and its data, and then with what it is about.
        self.client.on_connect = lambda _, __, *answer: self.answers.put(answer)  # flags, reason code, properties
        self.client.on_disconnect = lambda _, __, flags, code, properties: self.answers.put(code)
        self.client.on_subscribe = lambda _, __, packet_id, codes, properties: self.answers.put(codes)
        self.client.on_unsubscribe = lambda _, __, packet_id, codes, properties: self.answers.put(codes)
        self.client.on_message = lambda _, __, message: self.messages.put(message)
        self.client.on_publish = lambda _, __, packet_id, code, properties: self.sent.put(code)

    def connect(self, **options):
        """Connects, and gives flags, reason code and properties of the CONNACK."""
        self.client.connect("127.0.0.1", self.port, **options)
        self.client.loop_start()
        return self.answers.next("CONNACK")

    def subscribe(self, *arguments, **options):
        self.client.subscribe(*arguments, **options)
        return self.answers.next("SUBACK")

    def publish(self, topic, payload, qos=1, **options):
        self.client.publish(topic, payload, qos, **options)
        return self.sent.next("the last answer to a message")

    def receive(self):
        """Topic and payload of the next message."""
        message = self.messages.next("a message")
        return message.topic, message.payload.decode()

    def disconnect(self):
        self.client.disconnect()
        self.answers.next("the end of the connection")
        self.client.loop_stop()

    def vanish(self):
        """Ends the connection without DISCONNECT."""
        if wrapped := self.client.socket():
            getattr(wrapped, "_socket", wrapped).shutdown(socket.SHUT_RDWR)
        self.client.loop_stop()

    def __enter__(self):
        self.connect()
        return self

    def __exit__(self, failure, *_):
        if failure:
            self.vanish()
        else:
            self.disconnect()


def check(checks, server, big):
    for version in VERSIONS:
        over_tcp = functools.partial(Paho, version, "tcp", server.port)
        over_websocket = functools.partial(Paho, version, "websockets", server.port_websocket)
        for name, paho in (("TCP", over_tcp), ("WebSocket", over_websocket)):
            checks.place = f"Paho over {name}, {server.name}, {version}"
            with silence(checks, paho):
                check_all_versions(checks, paho, over_tcp, big.read_bytes())
                if version == "5.0":
                    check_5_0(checks, paho)


@contextlib.contextmanager
def silence(checks, paho):
    """A connection that has nothing to say, while others are checked."""
    client, pings = paho(), Inbox()
    client.client.on_log = lambda client, data, level, text: pings.put(text) if "PINGRESP" in text else None
    client.connect(keepalive=3)
    yield
    with checks("a silent connection is kept alive"):
        pings.next("PINGRESP")
        client.subscribe("silence", 1)
        client.publish("silence", "x")
        same(client.receive(), ("silence", "x"))
        client.disconnect()


def check_all_versions(checks, paho, over_tcp, big):
    with checks("QoS 0, 1 and 2"), paho() as client:
        client.subscribe([("a/+", 2), ("b", 0)])
        for qos in (0, 1, 2):
            client.publish(f"a/{qos}", f"메시지 {qos}", qos)
        same([client.receive() for _ in range(3)], [(f"a/{qos}", f"메시지 {qos}") for qos in (0, 1, 2)])

    with checks("a retained message, until it is cleared"), paho() as client:
        client.publish("kept", "old", retain=True)
        client.subscribe("kept", 1)
        message = client.messages.next("the retained message")
        same((message.payload, message.retain), (b"old", True))
        client.publish("kept", b"", retain=True)
        same(client.receive(), ("kept", ""))  # to those who are there, it is a message
        with paho() as later:
            later.subscribe("kept", 1)
            later.publish("kept", "new")
            same(later.receive(), ("kept", "new"))

    with checks("the will of a client that vanishes, and none of one that says goodbye"), paho() as observer:
        observer.subscribe("gone", 1)
        for last, end in (("polite", Paho.disconnect), ("vanished", Paho.vanish)):
            mortal = paho()
            mortal.client.will_set("gone", last, 1)
            mortal.connect()
            end(mortal)
        same(observer.receive(), ("gone", "vanished"))

    with checks("a session that outlives its connection"):
        name, session = new_name("sleeper"), {}
        sleeper = paho(name)
        if sleeper.version == "5.0":
            properties = Properties(PacketTypes.CONNECT)
            properties.SessionExpiryInterval = FOR_EVER
            session = {"clean_start": False, "properties": properties}
        flags, _, _ = sleeper.connect(**session)
        same(flags.session_present, False)
        sleeper.subscribe("session/+", 2)
        sleeper.disconnect()
        with paho() as client:
            for qos in (1, 2):
                client.publish(f"session/{qos}", str(qos), qos)
        sleeper = paho(name)
        flags, _, _ = sleeper.connect(**session)
        same(flags.session_present, sleeper.version != "3.1")  # 3.1 has no such flag
        same(sorted(sleeper.receive() for _ in range(2)), [("session/1", "1"), ("session/2", "2")])
        sleeper.client.unsubscribe("session/+")
        sleeper.answers.next("UNSUBACK")
        sleeper.disconnect()

    with checks("a message of 5 MB"), paho() as client, over_tcp() as publisher:
        # Paho 2.2.0 loses what is left of a WebSocket frame that its socket does not take at once: TCP publishes.
        client.subscribe("big", 2)
        publisher.publish("big", big, 2)
        same(client.messages.next("the large message").payload == big, True)

    with checks("a thousand messages in flight"), paho() as client:
        client.subscribe("many", 2)
        for number in range(A_THOUSAND):
            client.client.publish("many", str(number), 2)
        same([client.receive()[1] for _ in range(A_THOUSAND)], [str(number) for number in range(A_THOUSAND)])
        for _ in range(A_THOUSAND):
            client.sent.next("PUBCOMP")


def check_5_0(checks, paho):
    """What only 5.0 has."""
    with checks("properties of a message, user properties in their order"), paho() as client:
        client.subscribe("said", 1)
        said = Properties(PacketTypes.PUBLISH)
        said.ContentType, said.ResponseTopic, said.CorrelationData = "text/plain", "answers", b"\0\xff"
        said.PayloadFormatIndicator, said.MessageExpiryInterval = 1, 1000
        said.UserProperty = [("unit", "celsius"), ("unit", "kelvin"), ("room", "거실")]
        client.publish("said", "21.5", properties=said)
        heard = client.messages.next("the message").properties
        same((heard.ContentType, heard.ResponseTopic, heard.CorrelationData), ("text/plain", "answers", b"\0\xff"))
        same((heard.PayloadFormatIndicator, heard.UserProperty), (1, said.UserProperty))
        same(990 <= heard.MessageExpiryInterval <= 1000, True)

    with checks("a question and its answer"), paho() as asker, paho() as answerer:
        answerer.subscribe("questions", 1)
        asker.subscribe("answers/7", 1)
        question = Properties(PacketTypes.PUBLISH)
        question.ResponseTopic, question.CorrelationData = "answers/7", b"seven"
        asker.publish("questions", "How warm?", properties=question)
        asked = answerer.messages.next("the question").properties
        answer = Properties(PacketTypes.PUBLISH)
        answer.CorrelationData = asked.CorrelationData
        answerer.publish(asked.ResponseTopic, "21.5", properties=answer)
        answered = asker.messages.next("the answer")
        same((answered.payload, answered.properties.CorrelationData), (b"21.5", b"seven"))

    with checks("a topic alias stands for the topic"):
        client = paho()
        flags, code, properties = client.connect()
        same(properties.TopicAliasMaximum > 0, True)
        client.subscribe("alias", 1)
        alias = Properties(PacketTypes.PUBLISH)
        alias.TopicAlias = 1
        client.publish("alias", "named", properties=alias)
        client.publish("", "unnamed", properties=alias)
        same([client.receive(), client.receive()], [("alias", "named"), ("alias", "unnamed")])
        client.disconnect()

    with checks("messages carry the identifiers of their subscriptions"), paho() as client:
        for number, topic in ((7, "number/#"), (8, "number/+")):
            identifier = Properties(PacketTypes.SUBSCRIBE)
            identifier.SubscriptionIdentifier = number
            client.subscribe(topic, options=SubscribeOptions(1), properties=identifier)
        client.publish("number/x", "x")
        identifiers = client.messages.next("the message").properties.SubscriptionIdentifier
        if len(identifiers) == 1:  # a message for each subscription, as the standard allows
            identifiers += client.messages.next("the second message").properties.SubscriptionIdentifier
        same(sorted(identifiers), [7, 8])

    with checks("a shared subscription brings each message to one subscriber"), paho() as one, paho() as two:
        jobs = [str(number) for number in range(20)]
        done = Inbox()
        for worker in (one, two):
            worker.client.on_message = lambda client, _, message: done.put(message.payload.decode())
            worker.subscribe("$share/workers/jobs", 1)
        with paho() as client:
            for job in jobs:
                client.publish("jobs", job)
        same(sorted(done.next("a job") for _ in jobs), sorted(jobs))
        same(done.empty(), True)

    with checks("no message comes back where that is not wanted, and RETAIN stays where it is"), paho() as client:
        client.subscribe("echo", options=SubscribeOptions(1, noLocal=True, retainAsPublished=True))
        client.publish("echo", "own")
        with paho() as other:
            other.publish("echo", "of another", retain=True)
            message = client.messages.next("the message of the other")
            same((message.payload, message.retain), (b"of another", True))
            other.publish("echo", b"", retain=True)

    with checks("a reason code for a message that nobody wants, and for a filter that nobody has"), paho() as client:
        same(client.publish("nobody/wants", "x").value, 0x10)
        client.client.unsubscribe("nobody/has")
        same([code.value for code in client.answers.next("UNSUBACK")], [0x11])

    with checks("the second client with a name takes over from the first"):
        name = new_name("twin")
        first, second = paho(name), paho(name)
        first.connect()
        second.connect()
        same(first.answers.next("DISCONNECT").value, 0x8E)
        first.client.loop_stop()
        second.disconnect()

    with checks("the will waits for its delay, and does not come if the client is back"), paho() as observer:
        observer.subscribe("late", 1)
        name = new_name("mortal")
        for last, delay in (("at once", 0), ("later", 60)):
            mortal = paho(name)
            properties, session = Properties(PacketTypes.WILLMESSAGE), Properties(PacketTypes.CONNECT)
            properties.WillDelayInterval, session.SessionExpiryInterval = delay, 100
            mortal.client.will_set("late", last, 1, properties=properties)
            mortal.connect(clean_start=False, properties=session)
            mortal.vanish()
            if delay == 0:
                same(observer.receive(), ("late", "at once"))
        back = paho(name)
        back.connect(clean_start=False)
        back.disconnect()
        observer.publish("late", "no will")
        same(observer.receive(), ("late", "no will"))
