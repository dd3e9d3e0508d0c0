#!/usr/bin/env python3
"""Edits a motion as a clerk does, with python-docx: `edit.py FILE OUT`.

Fills in the number, chooses the first entry of the first list, rewrites the paragraph that has
the word `kelders`, and takes nothing out.
"""

import sys

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
    first = next(body.iter(qn("w:dropDownList"), qn("w:comboBox")))
    entry = first.find(qn("w:listItem")).get(qn("w:displayText"))
    fill(first.getparent().getparent(), entry)
    for paragraph in document.paragraphs:
        if "kelders" in paragraph.text and "rapport" not in paragraph.text:
            paragraph.runs[0].text = paragraph.runs[0].text.replace("kelders", "zolders")
            break
    document.save(out)


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
