#!/usr/bin/env python3
"""Makes the reference documents beside this file, as other programs write them.

`python make.py`, with python-docx, Pillow and LibreOffice; run only to change a case.
"""

import pathlib
import re
import subprocess
import tempfile
import zipfile

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from PIL import Image, ImageDraw

HERE = pathlib.Path(__file__).parent
TIME = (2026, 3, 2, 0, 0, 0)


def logo(path, colour, text):
    """A picture of 420 by 120 pixels."""
    picture = Image.new("P", (420, 120), 0)
    picture.putpalette([255, 255, 255, *colour])
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 20, 80, 100), fill=1)
    draw.ellipse((100, 20, 180, 100), fill=1)
    draw.text((200, 30), text, fill=1, font_size=40)
    picture.save(path, optimize=True)


def styled(font, heading, colour):
    """A document of python-docx in a house style."""
    document = Document()
    document.styles["Normal"].font.name = font
    document.styles["Normal"].font.size = Pt(10)
    for name in ("Title", "Heading 1", "Heading 2"):
        style = document.styles[name]
        style.font.name = heading
        fonts = style.element.rPr.rFonts
        for attribute in list(fonts.attrib):
            if attribute.endswith("Theme"):
                del fonts.attrib[attribute]
        style.font.color.rgb = RGBColor(*colour)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(22)
    return document


def field(paragraph, instruction):
    """A field, as Word writes it: in runs of its own."""
    for kind, text in (("begin", None), (None, instruction), ("separate", None), ("end", None)):
        run = paragraph.add_run()
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)


def saved(document, path, change=lambda name, data: data):
    """Saves with a fixed time, each part changed."""
    with tempfile.NamedTemporaryFile(suffix=".docx") as file:
        document.save(file.name)
        rewritten(file.name, path, change)


def rewritten(old, path, change=lambda name, data: data):
    with zipfile.ZipFile(old) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name in source.namelist():
            data = change(name, source.read(name))
            if data is not None:
                made.writestr(zipfile.ZipInfo(name, TIME), data, zipfile.ZIP_DEFLATED)


def dutch(name, data):
    """As Dutch Word has it: translated ids under the same names; a template; a link to another one."""
    ids = {"Normal": "Standaard", "Title": "Titel", "Heading1": "Kop1", "Heading2": "Kop2",
           "ListBullet": "Lijstopsomteken", "ListNumber": "Lijstnummering", "TableGrid": "Tabelraster"}
    if name.endswith(".xml") and name.startswith("word/"):
        for old, new in ids.items():
            pattern = rb'(w:(?:styleId|val)=")%s"' % old.encode()
            if name != "word/styles.xml":
                data = re.sub(rb'(<w:[prt]\w*Style w:val=")%s"' % old.encode(), rb'\1%s"' % new.encode(), data)
            else:
                data = re.sub(rb'(w:styleId="|<w:(?:basedOn|next|link) w:val=")%s"' % old.encode(),
                              rb'\1%s"' % new.encode(), data)
    if name == "[Content_Types].xml":
        data = data.replace(b"wordprocessingml.document.main", b"wordprocessingml.template.main")
    return data


if __name__ == "__main__":
    logo(HERE / "gemeente.png", (0, 94, 60), "Gemeente")
    logo(HERE / "logo.png", (138, 21, 56), "Waterkant")

    plain = styled("DejaVu Serif", "DejaVu Sans", (0x7A, 0x1F, 0x5C))
    plain.add_paragraph("Geheim: deze tekst mag nergens terugkomen.")
    saved(plain, HERE / "python-docx.docx")

    letterhead = styled("DejaVu Sans", "DejaVu Sans", (0x00, 0x5E, 0x3C))
    section = letterhead.sections[0]
    section.different_first_page_header_footer = True
    section.top_margin = Mm(40)
    head = section.first_page_header.paragraphs[0]
    head.add_run().add_picture(str(HERE / "gemeente.png"), width=Mm(50))
    head._p.find(f".//{qn('wp:docPr')}").set("descr", "Logo van de gemeente")
    section.header.paragraphs[0].add_run("Gemeente Voorbeeld")
    foot = section.first_page_footer.paragraphs[0]
    foot.add_run("Postbus 1, 1234 AB Voorbeeld, bladzijde ")
    field(foot, " PAGE ")
    field(section.footer.paragraphs[0], " PAGE ")
    letterhead.add_paragraph("Geheim: deze tekst mag nergens terugkomen.")
    saved(letterhead, HERE / "briefpapier.dotx", dutch)

    office = styled("DejaVu Sans", "DejaVu Serif", (0x1B, 0x3A, 0x8C))
    office.add_heading("Kop", 1)
    office.add_paragraph("Geheim: deze tekst mag nergens terugkomen.", style="List Bullet")
    office.sections[0].header.paragraphs[0].add_run("Gemeente Voorbeeld")
    with tempfile.TemporaryDirectory() as folder:
        old = pathlib.Path(folder, "libreoffice.docx")
        saved(office, old)
        subprocess.run(
            ["soffice", f"-env:UserInstallation={pathlib.Path(folder, 'profile').as_uri()}", "--headless",
             "--convert-to", "docx:MS Word 2007 XML", "--outdir", str(pathlib.Path(folder, "out")), str(old)],
            check=True, capture_output=True)
        rewritten(pathlib.Path(folder, "out", "libreoffice.docx"), HERE / "libreoffice.docx")
