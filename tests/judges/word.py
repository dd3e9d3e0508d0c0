#!/usr/bin/env python3
"""Judges motions in Word as other programs read them.

Pandoc finds the list of what is asked for, lettered and from a); python-docx finds title, author,
language and styles; mammoth has nothing to warn of; LibreOffice saves the file again with all
places to fill in, in their order, of their kind and with their text.
"""

import importlib.util
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml
import zipfile

HERE = pathlib.Path(__file__).parent
# The judge beside this file has the name of the package, so the package is looked for elsewhere.
beside = sys.path.pop(0)
import docx as python_docx
from docx.oxml.ns import qn

sys.path.insert(0, beside)
spec = importlib.util.spec_from_file_location("judge_of_docx", HERE / "docx.py")
judge_of_docx = importlib.util.module_from_spec(spec)

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
KINDS = ("date", "dropDownList", "comboBox", "text")
# LibreOffice before 7.5 has one kind of list, which it saves as a drop-down list.
LISTS = {"comboBox": "dropDownList"}
SECONDS = 180
MAMMOTH = """
const mammoth = require('mammoth');
const [path, names] = process.argv.slice(1);
const styleMap = JSON.parse(names);
mammoth.convertToHtml({ path }, { styleMap }).then((made) => console.log(JSON.stringify(made)));
"""


def judge(path):
    """The reasons why one of the programs does not read the file as expected."""
    return by_pandoc(path) + by_python_docx(path) + by_mammoth(path) + by_libreoffice(path)


def by_pandoc(path):
    """Each list of requests is lettered from a)."""
    run = subprocess.run(["pandoc", "-t", "json", str(path)], capture_output=True, text=True)
    if run.returncode != 0:
        return [f"pandoc: {run.stderr.strip()}"]
    lists = []

    def walk(node):
        if isinstance(node, dict):
            if node.get("t") == "OrderedList":
                lists.append(node["c"][0])
            node = node.get("c")
        if isinstance(node, list):
            for child in node:
                walk(child)

    walk(json.loads(run.stdout)["blocks"])
    lettered = [start for start, style, _ in lists if style["t"] == "LowerAlpha"]
    if not lettered:
        return ["pandoc finds no lettered list"]
    return [f"pandoc: a list starts at {start}" for start in lettered if start != 1]


def by_python_docx(path):
    """The file has its metadata, and each paragraph has a style defined in the file."""
    document = python_docx.Document(str(path))
    core = document.core_properties
    reasons = [f"no {name}" for name in ("title", "author", "language") if not getattr(core, name)]
    if core.author == "unknown":
        reasons.append("the author is unknown")
    titles = [paragraph for paragraph in document.paragraphs if paragraph.style.name == "Title"]
    if len(titles) != 1:
        reasons.append(f"{len(titles)} titles")
    for table in document.tables:
        if table.rows[0]._tr.find(f".//{qn('w:tblHeader')}") is None:
            reasons.append("a table without a header row")
    return reasons


def by_mammoth(path):
    """Mammoth warns about undefined styles, and about many other things that it does not support."""
    names = {style.name for style in python_docx.Document(str(path)).styles}
    known = [f"p[style-name='{name}'] => p:fresh" for name in names]
    known += [f"r[style-name='{name}'] => span" for name in names]
    environment = {**os.environ, "NODE_PATH": str(HERE / "node_modules")}
    run = subprocess.run(
        ["node", "-e", MAMMOTH, str(path), json.dumps(known)], capture_output=True, text=True, env=environment
    )
    if run.returncode != 0:
        return [f"mammoth: {run.stderr.strip()}"]
    return [f"mammoth: {message['message']}" for message in json.loads(run.stdout)["messages"]]


def by_libreoffice(path):
    """LibreOffice keeps number, order, kind and text of the fill-ins."""
    with tempfile.TemporaryDirectory() as directory:
        profile = pathlib.Path(directory, "profile").as_uri()
        command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--norestore"]
        command += ["--convert-to", "docx:MS Word 2007 XML", "--outdir", directory, str(path.resolve())]
        subprocess.run(command, capture_output=True, timeout=SECONDS)
        saved = pathlib.Path(directory, path.name)
        if not saved.is_file():
            return ["LibreOffice does not save it"]
        before, after = controls(path), controls(saved)
    if before == after and before:
        return []
    return [f"LibreOffice has {len(after)} places to fill in of {len(before)}: {after} of {before}"]


def controls(path):
    """Kind and text of each fill-in, without the controls around paragraphs and rows."""
    with zipfile.ZipFile(path) as package:
        root = xml.fromstring(package.read("word/document.xml"))
    found = []
    for control in root.iter(f"{W}sdt"):
        properties = control.find(f"{W}sdtPr")
        kind = next((kind for kind in KINDS if properties.find(f"{W}{kind}") is not None), None)
        if kind:
            found.append((LISTS.get(kind, kind), "".join(text.text or "" for text in control.iter(f"{W}t"))))
    return found


def part(name, old, new):
    """A damage that replaces bytes in one part."""

    def change(data):
        assert re.search(old, data), f"{name} has no {old}"
        return re.sub(old, new, data)

    return judge_of_docx.with_part(name, change)


if __name__ == "__main__":
    from verdicts import main

    # Loaded late: it is another judge, with requirements of its own.
    spec.loader.exec_module(judge_of_docx)
    sys.exit(
        main(
            "word",
            judge,
            judge_of_docx.with_part("word/document.xml", lambda data: data),
            {
                "what is asked for is numbered": part("word/numbering.xml", b"lowerLetter", b"decimal"),
                "the file has no title": part("docProps/core.xml", b"<dc:title>[^<]*</dc:title>", b"<dc:title></dc:title>"),
                "the title has the style of a heading": part("word/document.xml", b'w:val="Title"', b'w:val="Heading1"'),
                "a style is not defined": part("word/document.xml", b'w:val="Heading1"', b'w:val="Onbekend"'),
                "nothing is to be filled in": part("word/document.xml", b"<w:(date|text|dropDownList|comboBox)\\b.*?(/>|</w:\\1>)", b""),
            },
            workers=1,
        )
    )
