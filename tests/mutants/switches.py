"""Writes a source file with all its mutants in it, each behind a switch.

A function with mutants becomes

    fn rises(a: u8, b: u8) -> bool {
        if crate::mutant::chosen(7) { return {
            a > b
        } }
        if crate::mutant::chosen(8) { return {
            true
        } }
        a < b
    }

so that one build holds them all, and the environment variable MUTANT says which one runs. What is mutated while
constants are computed is not seen: then the function is as it was.
"""

import bisect
import re

# `const_eval_select` lets a `const fn` ask at run time.
LIBRARY_HEAD = """#![feature(core_intrinsics, const_eval_select)]
#![allow(internal_features, warnings)]
"""
LIBRARY_TAIL = """
pub(crate) mod mutant {
    extern crate std;

    static CHOSEN: std::sync::LazyLock<u32> =
        std::sync::LazyLock::new(|| std::env::var("MUTANT").ok().and_then(|number| number.parse().ok()).unwrap_or(0));

    const fn while_compiling(_: u32) -> bool {
        false
    }

    fn while_running(number: u32) -> bool {
        *CHOSEN == number
    }

    pub(crate) const fn chosen(number: u32) -> bool {
        core::intrinsics::const_eval_select((number,), while_compiling, while_running)
    }
}
"""

# What braces mean nothing in: comments, strings, characters (but a lifetime is none).
SKIPPED = re.compile(
    r"""//[^\n]*|/\*.*?\*/|b?r(?P<hashes>\#*)".*?"(?P=hashes)|b?"(?:\\.|[^"\\])*"|b?'(?:\\[^\n]+?|[^'\\\n])'""", re.S
)


class Source:
    """A file's text, by line and column as cargo-mutants counts them: from 1, in characters."""

    def __init__(self, text):
        self.text = text
        self.starts = [0] + [at + 1 for at, c in enumerate(text) if c == "\n"]

    def at(self, place):
        return self.starts[place["line"] - 1] + place["column"] - 1

    def span(self, span):
        return self.at(span["start"]), self.at(span["end"])

    def line(self, at):
        return bisect.bisect_right(self.starts, at)


def body(text, start, end):
    """Where the body of the function in text[start:end] is, without its braces."""
    at = start
    while at < end:
        if skipped := SKIPPED.match(text, at):
            at = skipped.end()
        elif text[at] == "{":
            return at + 1, end - 1
        else:
            at += 1
    raise ValueError(f"no body in {text[start:end]!r}")


def switched(source, mutants):
    """The text with a switch for each of `mutants`, pairs of number and mutant, and the lines that each of them takes.

    Mutants of one function follow one another. Functions inside functions keep their own switches where the outer one
    is as it was.
    """
    functions = {}
    for number, mutant in mutants:
        functions.setdefault(source.span(mutant["function"]["span"]), []).append((number, mutant))

    inserted = {}  # position: what comes in there
    for (start, end), its_mutants in functions.items():
        first, last = body(source.text, start, end)
        pieces = []
        for number, mutant in its_mutants:
            low, high = source.span(mutant["span"])
            changed = source.text[first:low] + mutant["replacement"] + source.text[high:last]
            pieces.append((number, f"\nif crate::mutant::chosen({number}) {{ return {{", f"{changed}\n}} }}\n"))
        inserted[first] = pieces

    text, lines, copied = "", {}, 0
    for position in sorted(inserted):
        text += source.text[copied:position]
        copied = position
        for number, head, changed in inserted[position]:
            begin = text.count("\n") + 2
            text += head + changed
            lines[number] = (begin, text.count("\n"))
    return text + source.text[copied:], lines
