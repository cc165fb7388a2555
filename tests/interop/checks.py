"""Checks: each is a line that says what works, or what does not and why."""

import contextlib
import itertools
import queue
import sys
import time

PATIENCE = 30  # seconds for what must come; where it comes, nobody waits


class Checks:
    """Counts them, and names them by where they are made."""

    def __init__(self):
        self.place = ""
        self.passed = 0
        self.failed = 0
        self.start = time.monotonic()
        self.is_terminal = sys.stdout.isatty()

    def __call__(self, name):
        return self._check(f"{self.place}: {name}")

    @contextlib.contextmanager
    def _check(self, name):
        if self.is_terminal:
            print(f"{self._time()} ...: {name}", end="\r", flush=True)
        try:
            yield
        except Exception as error:  # whatever it is, the other checks are made as well
            self.failed += 1
            self._print("31", "FAILED", f"{name}: {said(error)}")
        else:
            self.passed += 1
            self._print("32", "ok", name)

    def _time(self):
        return f"[{time.monotonic() - self.start:3.0f} s]"

    def _print(self, colour, result, name):
        clear = ""
        if self.is_terminal:
            clear, result = "\033[2K", f"\033[{colour}m{result}\033[0m"
        print(f"{clear}{self._time()} {result}: {name}", flush=True)


NUMBERS = itertools.count(1)


def new_name(name):
    """A client identifier that no other check uses, so that none is troubled by what another leaves behind."""
    return f"{name}{next(NUMBERS)}"


def said(error):
    return str(error) or type(error).__name__


def same(actual, expected):
    """Fails where two values differ, and shows the beginning of both."""
    if actual != expected:
        raise AssertionError(f"expected {shown(expected)}, but got {shown(actual)}")


def shown(value):
    text = repr(value)
    return text if len(text) < 300 else f"{text[:300]}… ({len(text)} characters)"


class Inbox(queue.Queue):
    """What comes from another thread."""

    def next(self, what):
        try:
            return self.get(timeout=PATIENCE)
        except queue.Empty:
            raise AssertionError(f"{what} does not come") from None
