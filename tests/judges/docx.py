#!/usr/bin/env python3
"""Judges DOCX files: the validator of the Open XML SDK for three versions of Office, and `openxml-audit`.

The two see different faults: the SDK accepts a table cell without a paragraph and a style or a
numbering that is not defined, which `openxml-audit` refuses.
"""

import io
import json
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree as xml
import zipfile

from openxml_audit import FileFormat, OpenXmlValidator
from verdicts import main

SDK = pathlib.Path(__file__).parent / "node_modules" / ".bin" / "ooxml-validator"
VERSIONS = {
    "Office2013": FileFormat.OFFICE_2013,
    "Office2019": FileFormat.OFFICE_2019,
    "Microsoft365": FileFormat.MICROSOFT_365,
}

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

# openxml-audit demands a theme; the standard lets a document have none ("zero or one",
# ECMA-376 part 1, 14.2.7), and the SDK and Word take such a file.
#
# It also reads the type of a glossary part as the type of a section break, both being `w:type`;
# `bbPlcHdr` is what ECMA-376 part 1, 17.18.24, has there, and what Word writes.
TAKEN = [
    "/docPartPr[1]/types[1]/type[1]: Invalid value for attribute 'val': Value 'bbPlcHdr'",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/theme",
]


def judge(path):
    """The reasons why one of the validators refuses the file, each with the version first."""
    reasons = by_ids(path)
    for version, audit_format in VERSIONS.items():
        reasons += [f"{version}: {reason}" for reason in by_sdk(path, version)]
        reasons += [f"{version}: audit: {reason}" for reason in by_audit(path, audit_format)]
    return reasons


def by_sdk(path, version):
    """The findings of the Open XML SDK's validator."""
    run = subprocess.run(
        [str(SDK), str(path), "--officeVersion", version], capture_output=True, text=True, errors="replace"
    )
    if run.returncode == 0:
        return []
    if run.returncode != 1:
        return [f"the validator did not run: {run.stderr.strip()}"]
    errors = json.loads(run.stdout)["errors"]
    return [f"{error.get('path', '')} {error['description']}" for error in errors] or ["refused without a reason"]


def by_audit(path, audit_format):
    """The findings of `openxml-audit`, except its known false ones."""
    result = OpenXmlValidator(file_format=audit_format).validate(path)
    if not result.is_valid and not result.errors:
        return ["refused without a reason"]
    return [str(error) for error in result.errors if not any(text in str(error) for text in TAKEN)]


def by_ids(path):
    """The ids that two content controls share, which neither validator sees (ECMA-376 part 1, 17.5.2.18)."""
    with zipfile.ZipFile(path) as package:
        parts = [name for name in package.namelist() if re.fullmatch(r"word/[^/]+\.xml", name)]
        roots = [xml.fromstring(package.read(name)) for name in parts]
    ids = [
        mark.get(f"{W}val")
        for root in roots
        for properties in root.iter(f"{W}sdtPr")
        for mark in properties.findall(f"{W}id")
    ]
    return [f"two content controls have the id {mark}" for mark in sorted(set(ids)) if ids.count(mark) > 1]


def with_part(name, change):
    """A damage that changes the bytes of one part and leaves the others as they are."""

    def damage(data):
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
            for entry in old.infolist():
                part = old.read(entry)
                changed = change(part) if entry.filename == name else part
                if changed is not None:
                    new.writestr(entry.filename, changed)
        return out.getvalue()

    return damage


def with_body(markup):
    """A damage that inserts this at the beginning of the document's body."""

    def change(part):
        at = part.index(b">", part.index(b"<w:body")) + 1
        return part[:at] + markup + part[at:]

    return with_part("word/document.xml", change)


def cut(data):
    """The first two thirds of a file."""
    return data[: len(data) * 2 // 3]


TEXT = b"<w:r><w:t>x</w:t></w:r>"
RELATIONSHIPS = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"

CONTROL = b'<w:sdt><w:sdtPr><w:id w:val="987654"/></w:sdtPr><w:sdtContent><w:p/></w:sdtContent></w:sdt>'
BOOKMARK = b'<w:bookmarkStart w:id="98765" w:name="x%d"/><w:bookmarkEnd w:id="98765"/>'

UNHARMED = with_body(b"<w:p>" + TEXT + b"</w:p>" + CONTROL)
DAMAGES = {
    "a third of the file is missing": cut,
    "the document is not well-formed": with_part("word/document.xml", lambda part: part.replace(b"</w:body>", b"", 1)),
    "the document is missing": with_part("word/document.xml", lambda part: None),
    "the content types are missing": with_part("[Content_Types].xml", lambda part: None),
    "the body has an element that does not exist": with_body(b"<w:onbekend/>"),
    "the properties of a paragraph stand behind its text": with_body(b"<w:p>" + TEXT + b"<w:pPr/></w:p>"),
    "a paragraph has a style that is not defined": with_body(
        b'<w:p><w:pPr><w:pStyle w:val="Onbekend"/></w:pPr>' + TEXT + b"</w:p>"
    ),
    "a paragraph has a numbering that is not defined": with_body(
        b'<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="98765"/></w:numPr></w:pPr>' + TEXT + b"</w:p>"
    ),
    "a table cell has no paragraph": with_body(
        b'<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid><w:gridCol w:w="900"/></w:tblGrid>'
        b'<w:tr><w:tc><w:tcPr><w:tcW w:w="900" w:type="dxa"/></w:tcPr></w:tc></w:tr></w:tbl>'
    ),
    "a link leads to a relationship that is not there": with_body(
        b'<w:p><w:hyperlink xmlns:r="' + RELATIONSHIPS + b'" r:id="rIdOnbekend">' + TEXT + b"</w:hyperlink></w:p>"
    ),
    "the styles have the content type of the settings": with_part(
        "[Content_Types].xml",
        lambda part: part.replace(b"wordprocessingml.styles+xml", b"wordprocessingml.settings+xml"),
    ),
    "two relationships have one id": with_part(
        "word/_rels/document.xml.rels", lambda part: part.replace(b'Id="rId2"', b'Id="rId1"', 1)
    ),
    "the part of the lists is missing": with_part("word/numbering.xml", lambda part: None),
    "two bookmarks have one id": with_body(b"<w:p>" + BOOKMARK % 1 + BOOKMARK % 2 + b"</w:p>"),
    "two content controls have one id": with_body(CONTROL + CONTROL),
}

if __name__ == "__main__":
    sys.exit(main("docx", judge, UNHARMED, DAMAGES))
