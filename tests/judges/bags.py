#!/usr/bin/env python3
"""Judges bags (RFC 8493) in tar files: completeness and checksums by `bagit` of the Library of Congress."""

import io
import logging
import pathlib
import sys
import tarfile
import tempfile

import bagit
from verdicts import main

# The reasons contain everything that bagit would log.
logging.disable(logging.CRITICAL)


def judge(path):
    """The reasons why the tar file does not contain a valid bag."""
    with tempfile.TemporaryDirectory() as directory:
        with tarfile.open(path) as tar:
            tar.extractall(directory, filter="data")
        found = list(pathlib.Path(directory).iterdir())
        if len(found) != 1:
            return [f"{len(found)} uppermost folders"]
        try:
            bag = bagit.Bag(str(found[0]))
            bag.validate()
        except bagit.BagError as error:
            return [str(error)]
        reasons = []
        if bag.algorithms != ["sha512"]:
            reasons.append(f"algorithms {bag.algorithms}")
        if "Payload-Oxum" not in bag.info:
            reasons.append("no Payload-Oxum")
        return reasons


def rewritten(change):
    """A damage that rewrites the tar file with each member replaced by `change` (`None` removes it)."""

    def damage(data):
        out = io.BytesIO()
        with tarfile.open(fileobj=io.BytesIO(data)) as old, tarfile.open(fileobj=out, mode="w") as new:
            for member in old.getmembers():
                content = change(member, old.extractfile(member).read())
                if content is not None:
                    member.size = len(content)
                    new.addfile(member, io.BytesIO(content))
        return out.getvalue()

    return damage


def only(end, change):
    """A change of the members whose names have this ending."""
    return rewritten(lambda member, content: change(content) if member.name.endswith(end) else content)


DAMAGES = {
    "one bit of a letter is another": only("-brief.pdf", lambda content: bytes([content[0] ^ 1]) + content[1:]),
    "a letter is missing": only("-brief.pdf", lambda content: None),
    "a sidecar says something else": only("-brief.MDTO.xml", lambda content: content.replace(b"nl-NL", b"nl-BE")),
    "bag-info.txt says something else": only("bag-info.txt", lambda content: content + b"Bag-Count: 1 of 1\n"),
    "bagit.txt is missing": only("bagit.txt", lambda content: None),
    "the payload manifest is missing": only("/manifest-sha512.txt", lambda content: None),
    "Payload-Oxum counts one file more": only("bag-info.txt", lambda content: content.replace(b"Oxum: ", b"Oxum: 1")),
    "it is cut off": lambda data: data[: len(data) // 2],
}

if __name__ == "__main__":
    sys.exit(main("bags", judge, rewritten(lambda member, content: content), DAMAGES))
