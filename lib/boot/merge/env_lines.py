"""The lines of a `.env`, as python-dotenv reads them."""

import re

# As python-dotenv reads a binding, part by part.
BLANK = re.compile(r"[^\S\r\n]*(?:\#[^\r\n]*)?(?:\r\n|\n|\r|\Z)")
START = re.compile(r"\s*(?:export[^\S\r\n]+)?")
NAME = re.compile(r"'([^']+)'|(?!')([^=\#\s]+)")
EQUALS = re.compile(r"[^\S\r\n]*=[^\S\r\n]*")
SINGLE = re.compile(r"'((?:\\'|[^'])*)'")
DOUBLE = re.compile(r'"((?:\\"|[^"])*)"')
PLAIN = re.compile(r"[^\r\n]*")
END = re.compile(r"(?:[^\S\r\n]*\#[^\r\n]*)?[^\S\r\n]*(?:\r\n|\n|\r|\Z)")
LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")
# What is read as a name by readers that take each line by itself.
STARTS = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=")


class Piece:
    """A part of the file: a binding with its name and value, or what lies between two."""

    def __init__(self, text, name=None, value=None):
        self.text = text
        self.name = name
        self.value = value


def pieces_of(text):
    pieces = []
    at = 0
    while at < len(text):
        blank = BLANK.match(text, at)
        piece = Piece(blank.group()) if blank and blank.group() else binding_at(text, at)
        pieces.append(piece)
        at += len(piece.text)
    return pieces


def binding_at(text, at):
    start = START.match(text, at)
    name = NAME.match(text, start.end())
    equals = name and EQUALS.match(text, name.end())
    value = equals and value_at(text, equals.end())
    end = value and END.match(text, value[1])
    if end:
        return Piece(text[at : end.end()], name.group(1) or name.group(2), value[0])
    # No binding for python-dotenv, which goes on in the next line.
    line = LINE.match(text, value[1] if value else (equals or name or start).end())
    whole = text[at : line.end()]
    first = STARTS.match(whole)
    return Piece(whole, first and first.group(1))


def value_at(text, at):
    """The value that begins there, with its end; None if its quotes do not end."""
    quote = text[at : at + 1]
    if quote == "'":
        found = SINGLE.match(text, at)
        return found and (re.sub(r"\\[\\']", lambda pair: pair.group()[1], found.group(1)), found.end())
    if quote == '"':
        found = DOUBLE.match(text, at)
        return found and (re.sub(r"\\[\\'\"abfnrtv]", unescaped, found.group(1)), found.end())
    found = PLAIN.match(text, at)
    return re.sub(r"\s+\#.*", "", found.group()).rstrip(), found.end()


def unescaped(pair):
    letter = pair.group()[1]
    return {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}.get(letter, letter)
