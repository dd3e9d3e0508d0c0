#!/usr/bin/env python3
"""Judges DOCX files: LibreOffice opens each, and the PDF that it prints has the document's words.

LibreOffice repairs much in silence, so this is a smoke test; `docx.py` is the strict judge.
"""

import pathlib
import re
import subprocess
import sys
import tempfile
import unicodedata
import xml.etree.ElementTree as xml
import zipfile

from docx import UNHARMED, cut, with_body, with_part
from verdicts import main

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SECONDS = 180


def judge(path):
    """The reasons why LibreOffice does not show the complete document."""
    with tempfile.TemporaryDirectory() as directory:
        # LibreOffice does not start twice with one profile, and the user's profile is not ours to change.
        profile = pathlib.Path(directory, "profile").as_uri()
        command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--norestore"]
        command += ["--convert-to", "pdf:writer_pdf_Export", "--outdir", directory, str(path.resolve())]
        run = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=SECONDS)
        printed = pathlib.Path(directory, path.stem + ".pdf")
        if run.returncode != 0 or not printed.is_file():
            return [f"not opened: {run.stderr.strip() or run.stdout.strip() or run.returncode}"]
        shown = subprocess.run(["pdftotext", "-raw", str(printed), "-"], capture_output=True, check=True)
    seen = plain(shown.stdout.decode("utf-8", "replace"))
    if not seen:
        return ["the page is empty"]
    missing = {word for word in words(written(path)) if plain(word) not in seen}
    return [f"not shown: {', '.join(sorted(missing)[:10])}"] if missing else []


def written(path):
    """The text of the document's body, a line for each paragraph."""
    with zipfile.ZipFile(path) as package:
        body = xml.fromstring(package.read("word/document.xml"))
    return "\n".join(
        "".join(run.text or "" for run in paragraph.iter(f"{W}t")) for paragraph in body.iter(f"{W}p")
    )


def words(text):
    """The words of a text: three letters at least."""
    return re.findall(r"[^\W\d_]{3,}", text)


def plain(text):
    """Only letters and digits: hyphenation, ligatures and capitals are matters of layout."""
    return "".join(re.findall(r"[^\W_]", unicodedata.normalize("NFKC", text).casefold()))


DAMAGES = {
    "a third of the file is missing": cut,
    "the document is missing": with_part("word/document.xml", lambda part: None),
    "the document is empty": with_part(
        "word/document.xml",
        lambda part: part[: part.index(b">", part.index(b"<w:body")) + 1] + b"</w:body></w:document>",
    ),
    "a paragraph is hidden": with_body(
        b"<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>onzichtbaarwoord</w:t></w:r></w:p>"
    ),
}

if __name__ == "__main__":
    # One at a time: two instances slow each other down on two cores.
    sys.exit(main("libreoffice", judge, UNHARMED, DAMAGES, workers=1))
