"""Programs that run beside the checks: started, waited for, and stopped in any case."""

import getpass
import pathlib
import re
import signal
import socket
import subprocess
import threading
import time

from checks import PATIENCE

PROGRAMS = pathlib.Path(__file__).resolve().parents[2] / "target/debug/examples"


class Process:
    """A program, whose output and errors are read while it runs."""

    running = []

    def __init__(self, *words, stdin=None):
        self.words = [str(word) for word in words]
        self.process = subprocess.Popen(
            self.words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        Process.running.append(self)
        self.news = threading.Condition()
        self.output, self.errors, self.open_pipes = bytearray(), bytearray(), 2
        self.readers = [
            threading.Thread(target=self._read, args=pipe, daemon=True)
            for pipe in ((self.process.stdout, self.output), (self.process.stderr, self.errors))
        ]
        for reader in self.readers:
            reader.start()
        if stdin is not None:
            self.process.stdin.write(stdin)
        self.process.stdin.close()

    def _read(self, pipe, into):
        while data := pipe.read1(65536):
            with self.news:
                into += data
                self.news.notify_all()
        with self.news:
            self.open_pipes -= 1
            self.news.notify_all()

    def says(self, pattern):
        """Waits until it has said that, and gives the match."""
        pattern, until = re.compile(pattern.encode()), time.monotonic() + PATIENCE
        with self.news:
            while True:
                found = pattern.search(self.errors) or pattern.search(self.output)
                if found:
                    return found
                has_ended = self.open_pipes == 0
                if has_ended or not self.news.wait(timeout=max(0, until - time.monotonic())):
                    why = "has ended" if has_ended else "runs on"
                    raise AssertionError(f"{self} does not say {pattern.pattern.decode()!r}, and {why}: {self.said()}")

    def ends(self, status=0):
        """Waits until it has ended with that status, and gives its output."""
        try:
            actual = self.process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self.stop()
            raise AssertionError(f"{self} does not end: {self.said()}") from None
        self._reap()
        if actual != status:
            raise AssertionError(f"{self} ended with status {actual}, not {status}: {self.said()}")
        return bytes(self.output)

    def interrupt(self):
        self.process.send_signal(signal.SIGINT)

    def stop(self):
        """Ends it without a chance to say goodbye."""
        self.process.kill()
        self.process.wait()
        self._reap()

    def _reap(self):
        for reader in self.readers:
            reader.join()
        if self in Process.running:
            Process.running.remove(self)

    def said(self, lines=8, between=" / "):
        """The end of all that it said."""
        said = self.output[-200 * lines :] + self.errors[-200 * lines :]
        return between.join(said.decode(errors="replace").splitlines()[-lines:])

    def __str__(self):
        return pathlib.Path(self.words[0]).name

    @staticmethod
    def stop_all():
        for process in list(Process.running):
            process.stop()


def free_ports(count):
    """Ports that nobody uses now. Somebody may a moment later."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


OUR_BROKER = "our broker"


class Server:
    """Where a server listens: for everybody, for `bob` with the password `secret`, and over WebSocket."""

    def __init__(self, name, process, port, port_for_bob, port_websocket=None):
        self.name, self.is_ours, self.process = name, name == OUR_BROKER, process
        self.port, self.port_for_bob, self.port_websocket = port, port_for_bob, port_websocket


def mosquitto(scratch):
    """A Mosquitto on ports of its own, with room for a thousand messages under way."""
    passwords = scratch / "passwords"
    subprocess.run(["mosquitto_passwd", "-b", "-c", passwords, "bob", "secret"], check=True, capture_output=True)
    for last_try in (False, False, True):
        port, port_for_bob = free_ports(2)
        (scratch / "mosquitto.conf").write_text(
            f"user {getpass.getuser()}\nper_listener_settings true\nmax_inflight_messages 1000\nmax_queued_messages 0\n"
            f"listener {port} 127.0.0.1\nallow_anonymous true\n"
            f"listener {port_for_bob} 127.0.0.1\nallow_anonymous false\npassword_file {passwords}\n"
        )
        process = Process("mosquitto", "-c", scratch / "mosquitto.conf")
        try:
            process.says("mosquitto version .* running")
            return Server("Mosquitto", process, port, port_for_bob)
        except AssertionError:
            process.stop()
            if last_try:
                raise


def broker():
    """Our broker, and another one for `bob`."""
    tcp = r"over TCP on 127.0.0.1:(\d+)\n"
    process = Process(PROGRAMS / "broker", "--listen", "127.0.0.1:0", "--websocket", "127.0.0.1:0")
    for_bob = Process(PROGRAMS / "broker", "--listen", "127.0.0.1:0", "--user", "bob:secret")
    port, port_for_bob = (int(one.says(tcp)[1]) for one in (process, for_bob))
    websocket = int(process.says(r"over WebSocket on 127.0.0.1:(\d+)\n")[1])
    return Server(OUR_BROKER, process, port, port_for_bob, websocket)


class Relay:
    """A relay of dissect to a port, which listens on a port of its own."""

    def __init__(self, port):
        self.process = Process(PROGRAMS / "dissect", "--listen", "127.0.0.1:0", "--connect", f"127.0.0.1:{port}")
        self.port = int(self.process.says(r"listening on 127.0.0.1:(\d+)")[1])

    def summary(self):
        """Ends it, and gives the lines about what has passed."""
        self.process.interrupt()
        return self.process.ends().decode().rstrip().splitlines()


def through_relays(server):
    """The same server, as it is reached through relays, and the relays."""
    ports = [server.port, server.port_for_bob, server.port_websocket]
    relays = [port and Relay(port) for port in ports]
    reached = Server(server.name, server.process, *(relay and relay.port for relay in relays))
    return reached, [relay for relay in relays if relay]
