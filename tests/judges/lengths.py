"""Whether every stream of a PDF is exactly as long as its `/Length` says (ISO 32000-1, 7.3.8.2).

The file is walked byte by byte, from the end of one stream to the next object, so that binary
data is never taken for syntax.
"""

import re

OBJECT = re.compile(rb"(?<![0-9])(\d+)[ \t\r\n]+(\d+)[ \t\r\n]+obj\b")
LENGTH = re.compile(rb"/Length[ \t\r\n]+(\d+)(?:[ \t\r\n]+(\d+)[ \t\r\n]+R\b)?")
# PDF/A wants an end-of-line before `endstream` that does not count (ISO 19005-2, 6.1.7.1).
END = re.compile(rb"(?:\r\n|\n|\r)endstream\b")


def wrong_lengths(data, expected):
    """The reasons why the lengths in the file `data` are wrong.

    `expected` is the number of streams another reader finds; with fewer here, the walk went wrong.
    """
    reasons = []
    streams = 0
    at = 0
    while match := OBJECT.search(data, at):
        number = int(match[1])
        kind, at = skip_object(data, match.end())
        if kind != b"stream":
            continue
        streams += 1
        dictionary = data[match.end() : at]
        length = LENGTH.search(dictionary)
        if length is None:
            reasons.append(f"object {number} has no /Length")
            continue
        size = int(length[1]) if length[2] is None else indirect(data, int(length[1]))
        start = at + len(b"stream")
        start += 2 if data[start : start + 2] == b"\r\n" else 1
        if size is None or END.match(data, start + size) is None:
            reasons.append(f"object {number}: /Length {size} does not end before `endstream`")
            continue
        at = start + size
    if streams != expected:
        reasons.append(f"{streams} streams found in the bytes, {expected} by the reader")
    return reasons


def skip_object(data, at):
    """The keyword that ends the dictionary or the object that begins at `at`, and its place."""
    while at < len(data):
        byte = data[at : at + 1]
        if byte == b"(":
            at = skip_string(data, at)
        elif byte == b"%":
            end = re.compile(rb"[\r\n]").search(data, at)
            at = end.end() if end else len(data)
        elif data.startswith((b"stream\r\n", b"stream\n"), at):
            return b"stream", at
        elif data.startswith(b"endobj", at):
            return b"endobj", at + len(b"endobj")
        else:
            at += 1
    return b"", at


def skip_string(data, at):
    """The offset after the literal string that begins at `at`."""
    depth = 0
    while at < len(data):
        byte = data[at : at + 1]
        if byte == b"\\":
            at += 1
        elif byte == b"(":
            depth += 1
        elif byte == b")":
            depth -= 1
            if depth == 0:
                return at + 1
        at += 1
    return at


def indirect(data, number):
    """The value of the object with a length, or `None`."""
    match = re.search(rb"(?<![0-9])%d[ \t\r\n]+\d+[ \t\r\n]+obj[ \t\r\n]+(\d+)[ \t\r\n]+endobj" % number, data)
    return int(match[1]) if match else None
