"""Programs of the command line: our client, mosquitto_pub, mosquitto_sub and mosquitto_rr. Ours takes the options of
the others, so that the same checks drive both."""

import contextlib
import re
import time

from checks import PATIENCE, new_name, same
from processes import PROGRAMS, Process

VERSIONS = {"3.1": "mqttv31", "3.1.1": "mqttv311", "5.0": "mqttv5"}
A_THOUSAND = 1000


class OurClient:
    name = "our client"
    publish = [PROGRAMS / "client", "publish", "-h", "127.0.0.1"]
    subscribe = [PROGRAMS / "client", "subscribe", "-h", "127.0.0.1"]
    subscribed = "<- SUBACK"
    ignored = "$^"
    a_thousand_at_once = []  # as many as the server takes


class Mosquitto:
    name = "mosquitto_pub and mosquitto_sub"
    publish = ["mosquitto_pub", "-h", "127.0.0.1"]
    subscribe = ["stdbuf", "-oL", "mosquitto_sub", "-h", "127.0.0.1"]
    subscribed = "Subscribed "
    ignored = r"Client .* (sending|received) [A-Z]+|Subscribed "  # what -d says stands among the messages
    a_thousand_at_once = ["-M", A_THOUSAND]


class Tools:
    """A publisher and a subscriber that speak a version with a server."""

    def __init__(self, program, version, port):
        self.program, self.version = program, version
        self.is_ours = program is OurClient
        self.connection = ["-p", port, "-V", VERSIONS[version]]

    def start_publish(self, *options, stdin=None):
        return Process(*self.program.publish, *self.connection, *options, stdin=stdin)

    def publish(self, *options, stdin=None):
        self.start_publish(*options, stdin=stdin).ends()

    def start_subscribe(self, *options):
        return Process(*self.program.subscribe, *self.connection, *options)

    def subscribe(self, *options):
        """A subscriber whose subscription the server has granted."""
        process = self.start_subscribe(*options, "-d")
        process.says(self.program.subscribed)
        return process

    def messages(self, process):
        """What a subscriber has printed when it has ended."""
        lines = process.ends().decode().splitlines()
        return [line for line in lines if not re.match(self.program.ignored, line)]

    def receives(self, topic, expected, *publish):
        """A subscriber gets these lines from what is published."""
        subscriber = self.subscribe("-t", topic, "-q", 2, "-v", "-C", len(expected))
        for options in publish:
            self.publish(*options)
        same(self.messages(subscriber), expected)


def check(checks, program, server, big):
    for version in VERSIONS:
        checks.place = f"{program.name}, {server.name}, {version}"
        tools = Tools(program, version, server.port)
        with silence(checks, tools):
            check_all_versions(checks, tools, big)
            check_password(checks, Tools(program, version, server.port_for_bob))
            if version == "5.0":
                check_5_0(checks, tools)
                if tools.is_ours:
                    check_5_0_of_ours(checks, tools, server)
    if program is Mosquitto:
        check_request_and_response(checks, server)


def check_all_versions(checks, tools, big):
    with checks("QoS 0, 1 and 2"):
        lines = [f"a/{qos} 메시지 {qos}" for qos in (0, 1, 2)]
        tools.receives("a/+", lines, *(["-t", f"a/{qos}", "-q", qos, "-m", f"메시지 {qos}"] for qos in (0, 1, 2)))

    with checks("a retained message, until it is cleared"):
        tools.publish("-t", "kept", "-q", 1, "-r", "-m", "old")
        same(tools.messages(tools.start_subscribe("-t", "kept", "-C", 1)), ["old"])
        tools.publish("-t", "kept", "-q", 1, "-r", "-n")
        tools.receives("kept", ["kept new"], ["-t", "kept", "-m", "new"])

    with checks("the will of a client that vanishes"):
        observer = tools.subscribe("-t", "gone", "-q", 1, "-C", 1)
        tools.subscribe("-t", "x", "--will-topic", "gone", "--will-payload", "bye", "--will-qos", 1).stop()
        same(tools.messages(observer), ["bye"])

    with checks("a session that outlives its connection"):
        session = ["-i", new_name("sleeper"), "-q", 2, "-t", "session/+"]
        tools.start_subscribe(*session, "-c", "-E").ends()
        for qos in (1, 2):
            tools.publish("-t", f"session/{qos}", "-q", qos, "-m", qos)
        same(tools.messages(tools.start_subscribe(*session, "-c", "-v", "-C", 2)), ["session/1 1", "session/2 2"])
        tools.start_subscribe(*session, "-E").ends()  # and it is forgotten

    with checks("a message of 5 MB"):
        tools.publish("-t", "big", "-q", 2, "-r", "-f", big)
        same(tools.start_subscribe("-t", "big", "-q", 2, "-N", "-C", 1).ends() == big.read_bytes(), True)
        tools.publish("-t", "big", "-q", 1, "-r", "-n")

    with checks("a thousand messages in flight"):
        message = ["-t", "many", "-q", 2, "-m", "x", "--repeat", A_THOUSAND, *tools.program.a_thousand_at_once]
        tools.receives("many", ["many x"] * A_THOUSAND, message)

    with checks("lines of standard input, in their order"):
        lines = [f"line {number}" for number in range(100)]
        subscriber = tools.subscribe("-t", "lines", "-q", 1, "-C", len(lines))
        tools.publish("-t", "lines", "-q", 1, "-l", stdin="\n".join(lines).encode())
        same(tools.messages(subscriber), lines)


def check_password(checks, tools):
    with checks("user name and password, and the code of a refusal"):
        tools.publish("-t", "a", "-m", "x", "-u", "bob", "-P", "secret")
        refused = tools.start_publish("-t", "a", "-m", "x", "-u", "bob", "-P", "wrong")
        same(refused.process.wait(PATIENCE) in {"5.0": (0x86, 0x87)}.get(tools.version, (4, 5)), True)


@contextlib.contextmanager
def silence(checks, tools):
    """A connection of our client that has nothing to say, while others are checked. Only ours tells of PINGRESP."""
    subscriber = tools.is_ours and tools.subscribe("-t", "silence", "-k", 3, "-C", 1)
    yield
    if subscriber:
        with checks("a silent connection is kept alive"):
            subscriber.says("<- PINGRESP")
            tools.publish("-t", "silence", "-m", "x")
            same(tools.messages(subscriber), ["x"])


PROPERTIES = [
    *("-D", "publish", "content-type", "text/plain"),
    *("-D", "publish", "response-topic", "answers"),
    *("-D", "publish", "correlation-data", "7"),
    *("-D", "publish", "payload-format-indicator", "1"),
    *("-D", "publish", "user-property", "unit", "celsius"),
    *("-D", "publish", "user-property", "unit", "kelvin"),
]


def check_5_0(checks, tools):
    """What only 5.0 has. Our client shows properties with -d, mosquitto_sub with -F."""
    with checks("properties of a message, user properties in their order"):
        subscriber = tools.subscribe("-t", "said", "-C", 1, *([] if tools.is_ours else ["-F", "%C %R %D %F %P"]))
        tools.publish("-t", "said", "-m", "21.5", *PROPERTIES)
        printed = tools.messages(subscriber)
        if tools.is_ours:
            shown = re.search('<- PUBLISH "said" QoS 0, (.*): 21.5', subscriber.errors.decode())[1]
            same(
                sorted(shown.split(", ")),
                [
                    'Content Type "text/plain"',
                    'Correlation Data "7"',
                    "Payload Format Indicator UTF-8",
                    'Response Topic "answers"',
                    'User Property "unit"="celsius"',
                    'User Property "unit"="kelvin"',
                ],
            )
        else:
            same(printed, ["text/plain answers 7 1 unit:celsius unit:kelvin"])

    with checks("a message expires, and what is left of its time is passed on"):
        session = ["-i", new_name("late"), "-q", 1, "-t", "expiry"]
        tools.start_subscribe(*session, "-c", "-E").ends()
        tools.publish("-t", "expiry", "-q", 1, "-m", "short", "-D", "publish", "message-expiry-interval", 1)
        time.sleep(2.1)  # a lifetime: this is what is checked
        tools.publish("-t", "expiry", "-q", 1, "-m", "long", "-D", "publish", "message-expiry-interval", 1000)
        subscriber = tools.start_subscribe(*session, "-C", 1, "-c", *(["-d"] if tools.is_ours else ["-F", "%p %E"]))
        printed = tools.messages(subscriber)[0]
        if tools.is_ours:
            printed += re.search(r"Message Expiry Interval( \d+) s", subscriber.errors.decode())[1]
        same(bool(re.fullmatch(r"long (1000|9\d\d)", printed)), True)
        tools.start_subscribe(*session, "-E").ends()

    with checks("a topic alias stands for the topic"):
        message = ["-t", "alias/a", "-q", 1, "-m", "x", "--repeat", 3, "-D", "publish", "topic-alias", 3]
        tools.receives("alias/#", ["alias/a x"] * 3, message)

    with checks("a shared subscription brings each message to one subscriber"):
        jobs = [f"job {number}" for number in range(20)]
        workers = [tools.subscribe("-t", "$share/workers/jobs", "-q", 1) for _ in range(2)]
        tools.publish("-t", "jobs", "-q", 1, "-l", stdin="\n".join(jobs).encode())
        wait_for_lines(workers, "job ", len(jobs))
        done = []
        for worker in workers:
            worker.interrupt()
            done += tools.messages(worker)
        same(sorted(done), sorted(jobs))


def check_5_0_of_ours(checks, tools, server):
    """What mosquitto_sub cannot ask for, or does not tell. Mosquitto 2.0.11 breaks two rules that our broker keeps."""
    with checks("messages carry the identifier of their subscription"):
        subscriber = tools.subscribe("-t", "number", "-C", 1, "-D", "subscribe", "subscription-identifier", 42)
        tools.publish("-t", "number", "-m", "x")
        subscriber.says("<- PUBLISH .*Subscription Identifier 42")
        subscriber.ends()

    with checks("the second client with a name takes over from the first"):
        name = new_name("twin")
        first = tools.subscribe("-i", name, "-t", "x")
        second = tools.subscribe("-i", name, "-t", "x")
        # Mosquitto closes the connection, and does not say why.
        why = r"ended the connection: Session taken over \(0x8E\)" if server.is_ours else "closed the connection"
        first.says(why)
        first.ends(7)
        second.interrupt()
        second.ends()

    with checks("at most as many messages in flight as the client takes"):
        # Mosquitto counts a message at QoS 2 until PUBREC, not until PUBCOMP: too many are in flight.
        qos = 2 if server.is_ours else 1
        subscriber = tools.subscribe("-t", "few", "-q", qos, "-C", 50, "-D", "connect", "receive-maximum", 2)
        tools.publish("-t", "few", "-q", 2, "-m", "x", "--repeat", 50)
        same(tools.messages(subscriber), ["x"] * 50)  # at a third one it would have closed the connection


def wait_for_lines(processes, beginning, count):
    """Waits until the processes together have printed so many of them."""
    until = time.monotonic() + PATIENCE
    while sum(bytes(one.output).count(beginning.encode()) for one in processes) < count:
        if time.monotonic() > until:
            raise AssertionError(f"fewer than {count} lines come")
        with processes[0].news:
            processes[0].news.wait(timeout=0.05)


def check_request_and_response(checks, server):
    """mosquitto_rr asks, our client answers. In 5.0 the question says where the answer is expected."""
    for version in ("3.1.1", "5.0"):
        checks.place = f"mosquitto_rr, {server.name}, {version}"
        ours = Tools(OurClient, version, server.port)
        with checks("a question and its answer"):
            responder = ours.subscribe("-t", "questions", "-C", 1)
            asked = Process(
                *("mosquitto_rr", "-h", "127.0.0.1", *ours.connection, "-W", PATIENCE),
                *("-t", "questions", "-e", "answers/7", "-m", "How warm?"),
                *(("-D", "publish", "correlation-data", "seven") if version == "5.0" else ()),
            )
            same(responder.ends(), b"How warm?\n")
            answer = ["-t", "answers/7", "-m", "21.5"]
            if version == "5.0":
                responder.says('Response Topic "answers/7"')
                responder.says('Correlation Data "seven"')
                answer += ["-D", "publish", "correlation-data", "seven"]
            ours.publish(*answer)
            same(asked.ends(), b"21.5\n")
