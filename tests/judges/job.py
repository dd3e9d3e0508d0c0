#!/usr/bin/env python3
"""Judges a print run as a machine reads it: PDF/X-4, document parts and the XJDF ticket.

`job.py [--selftest] [--schema XSD] PRINTRUN`

No judge of PDF/X-4 is packaged, so its clauses (ISO 15930-7:2010) are read here with pikepdf, and the
ICC profiles with littlecms. The tree of document parts (ISO 32000-2 14.12, ISO 16612-2 6.4) has each
page in one set, in order, and says of each letter what the manifest says. The ticket is valid by the
schema where one is given, and names the files, papers and staples of the job.
"""

import argparse
import csv
import hashlib
import io
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import ImageCms

XJDF = "{http://www.CIP4.org/JDFSchema_2_0}"
XMP = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "pdfxid": "http://www.npes.org/pdfx/ns/id/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}
MARKS = {"/TrapNet", "/PrinterMark"}
EDGE = 0.01


def rectangle(box):
    left, bottom, right, top = (float(value) for value in box)
    return left, bottom, right, top


def inside(inner, outer):
    return (
        inner[0] >= outer[0] - EDGE and inner[1] >= outer[1] - EDGE
        and inner[2] <= outer[2] + EDGE and inner[3] <= outer[3] + EDGE
    )


class Preflight:
    """The clauses of PDF/X-4 on one file."""

    def __init__(self, pdf, head):
        self.pdf, self.head, self.reasons = pdf, head, []
        self.parts = None
        self.looked = set()

    def refuse(self, reason):
        if reason not in self.reasons:
            self.reasons.append(reason)

    def file(self):
        pdf = self.pdf
        version = re.match(rb"%PDF-1\.([0-9])[\r\n]", self.head)
        if not version or int(version[1]) > 6:
            self.refuse("6.1: the header is not that of PDF 1.6 or older")
        if pdf.is_encrypted:
            self.refuse("6.5: it is encrypted")
        identifier = pdf.trailer.get("/ID")
        if not isinstance(identifier, Array) or len(identifier) != 2 or not all(bytes(part) for part in identifier):
            self.refuse("6.1: the trailer has no ID")
        root = pdf.Root
        for key, what in (("/OpenAction", "an action when it is opened"), ("/AA", "additional actions"), ("/AcroForm", "a form")):
            if key in root:
                self.refuse(f"6.11: it has {what}")
        names = root.get("/Names", Dictionary())
        if "/JavaScript" in names:
            self.refuse("6.11: it has JavaScript")
        if "/EmbeddedFiles" in names:
            self.refuse("6.12: it has embedded files")
        self.metadata()
        self.intent()
        for number, page in enumerate(pdf.pages, 1):
            self.page(number, page.obj)
        for each in pdf.objects:
            if isinstance(each, (Dictionary, pikepdf.Stream)):
                self.object(each)
        return self.reasons

    def metadata(self):
        stream = self.pdf.Root.get("/Metadata")
        if not isinstance(stream, pikepdf.Stream):
            self.refuse("6.8: it has no metadata")
            return
        try:
            tree = ET.fromstring(re.sub(rb"<\?xpacket[^>]*\?>", b"", stream.read_bytes()).strip())
        except ET.ParseError:
            self.refuse("6.8: its metadata is not XML")
            return
        texts = {}
        for description in tree.iter(f"{{{XMP['rdf']}}}Description"):
            for child in description:
                texts[child.tag] = "".join(child.itertext()).strip()
        said = lambda prefix, name: texts.get(f"{{{XMP[prefix]}}}{name}", "")
        if said("pdfxid", "GTS_PDFXVersion") != "PDF/X-4":
            self.refuse("6.8: the metadata does not say PDF/X-4")
        for prefix, name in (
            ("dc", "title"), ("xmp", "CreateDate"), ("xmp", "ModifyDate"), ("xmp", "MetadataDate"),
            ("xmpMM", "DocumentID"), ("xmpMM", "VersionID"), ("xmpMM", "RenditionClass"),
        ):
            if not said(prefix, name):
                self.refuse(f"6.8: the metadata has no {prefix}:{name}")
        if said("pdf", "Trapped") not in ("True", "False"):
            self.refuse("6.9: whether it is trapped is not known")
        info = self.pdf.trailer.get("/Info", Dictionary())
        if "/Trapped" in info and str(info.Trapped) != f"/{said('pdf', 'Trapped')}":
            self.refuse("6.9: the two places say different things of trapping")
        if "/Title" in info and str(info.Title) != said("dc", "title"):
            self.refuse("6.8: the two titles differ")
        for key, name in (("/CreationDate", "CreateDate"), ("/ModDate", "ModifyDate")):
            digits = re.sub(r"\D", "", said("xmp", name))[:14]
            if key in info and re.sub(r"\D", "", str(info[key]))[:14] != digits:
                self.refuse(f"6.8: the two dates {name} differ")

    def intent(self):
        intents = [one for one in self.pdf.Root.get("/OutputIntents", []) if one.get("/S") == "/GTS_PDFX"]
        if len(intents) != 1:
            self.refuse(f"6.2.2: it has {len(intents)} output intents of PDF/X")
            return
        intent = intents[0]
        if not str(intent.get("/OutputConditionIdentifier", "")):
            self.refuse("6.2.2: the output intent has no identifier")
        if "/RegistryName" not in intent and not str(intent.get("/Info", "")):
            self.refuse("6.2.2: the output intent has neither registry nor information")
        profile = intent.get("/DestOutputProfile")
        if not isinstance(profile, pikepdf.Stream):
            self.refuse("6.2.3: the output intent has no profile")
            return
        read = self.profile(profile, "6.2.3: the profile of the output intent")
        if not read:
            return
        device, space = read
        if device != "prtr":
            self.refuse(f"6.2.3: the profile is of the class {device}")
        self.parts = {"GRAY": 1, "RGB": 3, "CMYK": 4}.get(space)

    def profile(self, stream, what):
        """Class and space of an ICC profile, as littlecms reads it."""
        try:
            data = stream.read_bytes()
            opened = ImageCms.ImageCmsProfile(io.BytesIO(data)).profile
            space = opened.xcolor_space.strip()
            device = opened.device_class.strip()
        except Exception as error:  # noqa: BLE001
            self.refuse(f"{what} cannot be read: {error}")
            return None
        if {"GRAY": 1, "RGB": 3, "Lab": 3, "CMYK": 4}.get(space) != stream.get("/N"):
            self.refuse(f"{what} is for {space} and N is {stream.get('/N')}")
            return None
        return device, space

    def page(self, number, page):
        boxes = {key: rectangle(page[key]) for key in ("/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox") if key in page}
        if "/MediaBox" not in boxes:
            self.refuse(f"6.10: page {number} has no MediaBox")
            return
        if ("/TrimBox" in boxes) == ("/ArtBox" in boxes):
            self.refuse(f"6.10: page {number} has not one of TrimBox and ArtBox")
            return
        own = boxes.get("/TrimBox") or boxes.get("/ArtBox")
        for name in ("/BleedBox", "/CropBox"):
            if name in boxes and not inside(boxes[name], boxes["/MediaBox"]):
                self.refuse(f"6.10: the {name[1:]} of page {number} lies outside its MediaBox")
        if not inside(own, boxes.get("/BleedBox", boxes["/MediaBox"])):
            self.refuse(f"6.10: the trimmed page {number} lies outside its BleedBox")
        bleed = boxes.get("/BleedBox", own)
        for annotation in page.get("/Annots", []):
            if annotation.get("/Subtype") in MARKS:
                continue
            left, bottom, right, top = rectangle(annotation.Rect)
            if left < bleed[2] and right > bleed[0] and bottom < bleed[3] and top > bleed[1]:
                self.refuse(f"6.11: an annotation lies inside page {number}")
        if "/AA" in page:
            self.refuse(f"6.11: page {number} has additional actions")
        self.content(page, page.get("/Resources", Dictionary()), f"page {number}")

    def content(self, stream, resources, what):
        """The device colours of a content stream, and of what it draws."""
        spaces = resources.get("/ColorSpace", Dictionary())
        for operands, operator in pikepdf.parse_content_stream(stream):
            operator = str(operator)
            if operator in ("rg", "RG"):
                self.device("/DeviceRGB", spaces, what)
            elif operator in ("k", "K"):
                self.device("/DeviceCMYK", spaces, what)
            elif operator in ("g", "G"):
                self.device("/DeviceGray", spaces, what)
            elif operator in ("cs", "CS"):
                self.space(spaces.get(str(operands[0]), operands[0]), spaces, what)
            elif operator == "INLINE IMAGE":
                pass
        for thing in resources.get("/XObject", Dictionary()).values():
            if thing.get("/Subtype") == "/Image":
                if "/ColorSpace" in thing:
                    self.space(thing.ColorSpace, spaces, f"a picture of {what}")
            elif thing.get("/Subtype") == "/Form" and thing.objgen not in self.looked:
                self.looked.add(thing.objgen)
                self.content(thing, thing.get("/Resources", Dictionary()), f"a form of {what}")

    def space(self, space, spaces, what):
        if isinstance(space, Name):
            self.device(str(space), spaces, what)
        elif isinstance(space, Array) and len(space) > 1 and space[0] in ("/Indexed", "/Separation"):
            self.space(space[1] if space[0] == "/Indexed" else space[2], spaces, what)
        elif isinstance(space, Array) and space[0] == "/ICCBased" and space[1].objgen not in self.looked:
            self.looked.add(space[1].objgen)
            self.profile(space[1], f"6.2.4: the profile of {what}")

    def device(self, name, spaces, what):
        default = {"/DeviceRGB": "/DefaultRGB", "/DeviceCMYK": "/DefaultCMYK", "/DeviceGray": "/DefaultGray"}.get(name)
        if default is None:
            return
        if default in spaces:
            self.space(spaces[default], spaces, f"the default space of {what}")
            return
        allowed = {"/DeviceRGB": (3,), "/DeviceCMYK": (4,), "/DeviceGray": (1, 4)}[name]
        if self.parts not in allowed:
            self.refuse(f"6.2.4: {what} uses {name[1:]}, which the output intent does not define")

    def object(self, each):
        if each.get("/S") == "/JavaScript" or "/JS" in each:
            self.refuse("6.11: it has JavaScript")
        if isinstance(each, pikepdf.Stream):
            subtype = each.get("/Subtype")
            if subtype == "/PS" or each.get("/Subtype2") == "/PS":
                self.refuse("6.6: it has a drawing in PostScript")
            if "/Ref" in each or "/OPI" in each:
                self.refuse("6.7: it refers to another file")
            filters = each.get("/Filter", [])
            filters = [filters] if isinstance(filters, Name) else list(filters)
            if "/LZWDecode" in filters:
                self.refuse("6.1: a stream is compressed with LZW")
            if "/Alternates" in each:
                self.refuse("6.7: a picture has alternates")
        if each.get("/Type") == "/ExtGState" or "/TR" in each or "/TR2" in each:
            if "/TR" in each or str(each.get("/TR2", "/Default")) != "/Default" or "/HTP" in each:
                self.refuse("6.3: it has a transfer function or a halftone phase")
        if each.get("/Type") == "/Font" and each.get("/Subtype") != "/Type3":
            # A descendant may be inside its font.
            own = list(each.DescendantFonts)[0] if each.get("/Subtype") == "/Type0" else each
            descriptor = own.get("/FontDescriptor", Dictionary())
            if not any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3")):
                self.refuse("6.4: a font is not embedded")


def in_order(pdf, rows, ticket, reasons):
    """The tree of document parts, and what it says of each letter."""
    printer = ticket["printer"]
    pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages, 1)}
    root = pdf.Root.get("/DPartRoot")
    if root is None:
        reasons.append("it has no document parts")
        return
    if root.get("/Type", "/DPartRoot") != "/DPartRoot" or not isinstance(root.get("/DPartRootNode"), Dictionary):
        reasons.append("the root of the document parts has no node")
        return
    leaves, letters, depths = [], [], set()

    def walk(node, parent, depth):
        allowed = {"/Type", "/Parent", "/DParts", "/Start", "/End", "/DPM", "/AF", "/Metadata"}
        if set(node.keys()) - allowed or node.get("/Type", "/DPart") != "/DPart":
            reasons.append("a document part has other keys than the standard's")
        if node.get("/Parent", Dictionary()).objgen != parent.objgen:
            reasons.append("a document part has another parent than the one that has it")
        if ("/DParts" in node) == ("/Start" in node):
            reasons.append("a document part has both pages and parts, or neither")
            return
        if depth == 1:
            letters.append((node, len(leaves)))
        if "/Start" in node:
            depths.add(depth)
            start, end = (pages.get(node.get(key, Dictionary()).objgen) for key in ("/Start", "/End"))
            leaves.append((node, start, end))
            return
        for part in (part for array in node.DParts for part in array):
            walk(part, node, depth + 1)

    walk(root.DPartRootNode, root, 0)
    if len(depths) != 1:
        reasons.append("the document parts with pages are on different levels")
    names = root.get("/NodeNameList", Array())
    if len(names) != max(depths, default=0) + 1:
        reasons.append(f"{len(names)} names for the levels of the document parts")
    if not 0 <= int(root.get("/RecordLevel", 0)) < len(names):
        reasons.append("the level of the records is not in the tree")
    following = 1
    for node, start, end in leaves:
        if start is None or end is None or end < start:
            reasons.append("a document part has no range of pages")
            return
        if start != following:
            reasons.append(f"page {following} is in no document part, or in two, or out of order")
            return
        for number in range(start, end + 1):
            if pdf.pages[number - 1].obj.get("/DPart", Dictionary()).objgen != node.objgen:
                reasons.append(f"page {number} does not name its document part")
        following = end + 1
    if following != len(pdf.pages) + 1:
        reasons.append(f"page {following} is in no document part")
        return
    records = []
    for at, (node, begin) in enumerate(letters):
        ends = letters[at + 1][1] if at + 1 < len(letters) else len(leaves)
        records.append((node.get("/DPM", Dictionary()), leaves[begin:ends]))
    slips = [record for record in records if "/Raadspost_Slip" in record[0]]
    records = [record for record in records if "/Raadspost_Letter" in record[0]]
    if len(slips) != (1 if printer["slip_sheets"] else 0):
        reasons.append(f"{len(slips)} document parts are slip sheets")
    if len(records) != len(rows):
        reasons.append(f"{len(records)} document parts are letters, not {len(rows)}")
    for (metadata, sets), row in zip(records, rows):
        one_letter(metadata.Raadspost_Letter, sets, row, printer, reasons)


def one_letter(said, sets, row, printer, reasons):
    name = row["letter_id"]
    plain = lambda text: text[1:] if text.startswith("'") else text
    for key, wanted in (("/Sequence", row["sequence"]), ("/Code", plain(row["code"])), ("/LetterID", plain(name)), ("/Sheets", row["sheets"])):
        if str(said.get(key)) != wanted:
            reasons.append(f"the document part of {name} has {key} {said.get(key)}, not {wanted}")
    if abs(float(said.get("/Grams", 0)) - float(row["grams"])) > 0.06:
        reasons.append(f"the document part of {name} has another weight")
    if (sets[0][1], sets[-1][2]) != (int(row["first_page"]), int(row["last_page"])):
        reasons.append(f"the document part of {name} has other pages")
    staples, sheets = {}, 0
    for node, start, end in sets:
        facts = node.get("/DPM", Dictionary()).get("/Raadspost_Set", Dictionary())
        is_annex = bool(row["annex_page"]) and start >= int(row["annex_page"])
        paper = printer["annexes"] if is_annex else printer["paper"]
        if str(facts.get("/Paper")) != paper["name"] or str(facts.get("/Tray", "")) != (paper["tray"] or ""):
            reasons.append(f"pages {start}-{end} of {name} are on `{facts.get('/Paper')}`")
        production = ("annex" if is_annex else "letter") + ("-stapled" if "/StapleSet" in facts else "")
        if str(facts.get("/Production")) != f"/{production}":
            reasons.append(f"pages {start}-{end} of {name} are produced as {facts.get('/Production')}, not {production}")
        if "/StapleSet" in facts:
            first, _ = staples.get(int(facts.StapleSet), (start, end))
            staples[int(facts.StapleSet)] = (first, end)
        sheets += int(facts.get("/Sheets", 0))
    if " ".join(f"{first}-{last}" for first, last in staples.values()) != row["staple"] or list(staples) != list(range(1, len(staples) + 1)):
        reasons.append(f"the document part of {name} staples {staples}, not {row['staple']}")
    if sheets != int(row["sheets"]):
        reasons.append(f"the sets of {name} have {sheets} sheets")


def judge_ticket(folder, ticket, rows, schema, reasons):
    """The XJDF ticket against the files and the ticket for programs."""
    path = folder / "ticket.xjdf"
    if schema:
        checked = subprocess.run(["xmllint", "--noout", "--schema", schema, path], capture_output=True, check=False)
        if checked.returncode:
            reasons.append(f"ticket.xjdf: {checked.stderr.decode()[:400]}")
    try:
        root = ET.parse(path).getroot()
    except (ET.ParseError, OSError) as error:
        reasons.append(f"ticket.xjdf: {error}")
        return
    if root.tag != f"{XJDF}XJDF" or root.get("JobID") != ticket["job"]:
        reasons.append("ticket.xjdf: it is not of this job")
    types = (root.get("Types") or "").split()
    printer = ticket["printer"]
    if "DigitalPrinting" not in types or ("Stitching" in types) != bool(printer["staple"]):
        reasons.append(f"ticket.xjdf: its processes are {types}")
    sets = {one.get("Name"): one for one in root.iter(f"{XJDF}ResourceSet")}
    runs = {}
    for resource in sets.get("RunList", ET.Element("x")):
        run = resource.find(f"{XJDF}RunList")
        spec = run.find(f"{XJDF}FileSpec")
        digests = [one.get("IDValue") for one in resource.findall(f"{XJDF}GeneralID") if one.get("IDUsage") == "SHA-256"]
        runs[spec.get("URL")] = (run.get("NPage"), digests, spec.get("FileSize"))
    if set(runs) != {file["file"] for file in ticket["files"]}:
        reasons.append(f"ticket.xjdf: it has the files {sorted(runs)}")
    for name, (pages, digests, size) in runs.items():
        data = (folder / name).read_bytes() if (folder / name).is_file() else b""
        if digests != [hashlib.sha256(data).hexdigest()] or size != str(len(data)):
            reasons.append(f"ticket.xjdf: {name} is another file")
            continue
        with pikepdf.open(io.BytesIO(data)) as pdf:
            if pages != str(len(pdf.pages)):
                reasons.append(f"ticket.xjdf: {name} has {len(pdf.pages)} pages, not {pages}")
    medias = {}
    for resource in sets.get("Media", ET.Element("x")):
        media = resource.find(f"{XJDF}Media")
        for part in resource.findall(f"{XJDF}Part"):
            medias[part.get("Option")] = (resource.get("DescriptiveName"), float(media.get("Weight")))
    wanted = {}
    for production, paper in (("letter", printer["paper"]), ("annex", printer["annexes"])):
        if paper:
            for name in (production, f"{production}-stapled"):
                wanted[name] = (paper["name"], float(paper["grams"]))
    wanted["slip"] = wanted["letter"]
    if {name: medias.get(name) for name in wanted} != wanted:
        reasons.append(f"ticket.xjdf: its papers are {medias}, not {wanted}")
    stitched = {part.get("Option") for one in [sets.get("StitchingParams", ET.Element("x"))] for part in one.iter(f"{XJDF}Part")}
    if stitched != ({name for name in wanted if name.endswith("-stapled")} if printer["staple"] else set()):
        reasons.append(f"ticket.xjdf: it staples {sorted(stitched)}")
    sides = [one.get("Sides") for one in root.iter(f"{XJDF}DigitalPrintingParams")]
    if sides != ["TwoSided" if printer["plex"] == "duplex" else "OneSidedFront"]:
        reasons.append(f"ticket.xjdf: its sides are {sides}")
    amounts = [one.get("Amount") for one in root.iter(f"{XJDF}Product")]
    if amounts != [str(len(rows))]:
        reasons.append(f"ticket.xjdf: it has {amounts} letters, not {len(rows)}")
    paths = {one.get("Path") for one in root.iter(f"{XJDF}Expr")}
    if paths != {"/Raadspost_Set/Production"}:
        reasons.append(f"ticket.xjdf: it finds the sets by {paths}")


def judge(folder, schema):
    ticket = json.loads((folder / "ticket.json").read_text(encoding="utf-8"))
    rows = list(csv.DictReader((folder / "manifest.csv").open(encoding="utf-8")))
    reasons = []
    for file in ticket["files"]:
        path = folder / file["file"]
        own = []
        with pikepdf.open(path) as pdf:
            if ticket["printer"]["output_intent"]:
                own += Preflight(pdf, path.read_bytes()[:20]).file()
            in_order(pdf, [row for row in rows if row["file"] == path.name], ticket, own)
        reasons += [f"{path.name}: {reason}" for reason in own]
    if (folder / "ticket.xjdf").exists() or "xjdf" in ticket:
        judge_ticket(folder, ticket, rows, schema, reasons)
    return reasons, len(ticket["files"])


def guarded(folder, schema):
    try:
        return judge(folder, schema)
    # A broken file may stop any of the tools.
    except Exception as error:  # noqa: BLE001
        return [f"cannot be judged: {type(error).__name__}: {error}"], 0


def edited(change, **how):
    """A damage that opens the first file of the job."""

    def damage(folder):
        ticket = json.loads((folder / "ticket.json").read_text(encoding="utf-8"))
        path = folder / ticket["files"][0]["file"]
        with pikepdf.open(path, allow_overwriting_input=True) as pdf:
            change(pdf)
            kept = {"force_version": pdf.pdf_version}
            if "encryption" not in how:
                kept |= {"compress_streams": False, "stream_decode_level": pikepdf.StreamDecodeLevel.none}
            pdf.save(path, fix_metadata_version=False, **(kept | how))
        rehashed(folder, path)

    return damage


def rehashed(folder, path):
    """Gives the ticket the digest and the size that the file has now: only the damage is to be found."""
    ticket = folder / "ticket.xjdf"
    if not ticket.exists():
        return
    before = json.loads((folder / "ticket.json").read_text(encoding="utf-8"))["files"][0]
    text = ticket.read_text(encoding="utf-8")
    text = text.replace(before["sha256"], hashlib.sha256(path.read_bytes()).hexdigest())
    ticket.write_text(text.replace(f'FileSize="{before["bytes"]}"', f'FileSize="{path.stat().st_size}"'), encoding="utf-8")


def intent(pdf):
    return pdf.Root.OutputIntents[0]


def profile(data):
    def change(pdf):
        intent(pdf).DestOutputProfile.write(data(intent(pdf).DestOutputProfile.read_bytes()))

    return change


def screen(_):
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def metadata(pattern, replacement):
    def change(pdf):
        old = pdf.Root.Metadata.read_bytes()
        new = re.sub(pattern, replacement, old)
        assert old != new, "nothing was damaged"
        pdf.Root.Metadata.write(new)

    return change


def page(change):
    return lambda pdf: change(pdf, pdf.pages[2].obj)


def annotated(pdf, page):
    note = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=[200, 200, 220, 220], Contents="note")
    page.Annots = pdf.make_indirect(Array([pdf.make_indirect(note)]))


def drawn(operators):
    def change(pdf, page):
        streams = list(page.Contents) if isinstance(page.Contents, Array) else [page.Contents]
        page.Contents = Array([pdf.make_stream(operators), *streams])

    return page_of(change)


def page_of(change):
    return lambda pdf: change(pdf, pdf.pages[2].obj)


def unprofiled(pdf, page):
    if "/ColorSpace" in page.Resources:
        del page.Resources.ColorSpace
    streams = list(page.Contents) if isinstance(page.Contents, Array) else [page.Contents]
    page.Contents = Array([pdf.make_stream(b"q 1 0 0 rg 0 0 9 9 re f Q\n"), *streams])


def postscript(pdf, page):
    drawing = pdf.make_stream(b"showpage")
    drawing.Type, drawing.Subtype = Name.XObject, Name.PS
    page.Resources.XObject = Dictionary(PS=drawing)


def transfer(pdf, page):
    page.Resources.ExtGState = Dictionary(G1=pdf.make_indirect(Dictionary(Type=Name.ExtGState, TR=Name.Identity)))


def unembedded(pdf):
    for each in pdf.objects:
        if isinstance(each, Dictionary) and each.get("/Type") == "/FontDescriptor":
            for key in ("/FontFile", "/FontFile2", "/FontFile3"):
                if key in each:
                    del each[key]
            return


def compressed(pdf):
    # One byte of LZW: clear, end of data.
    stream = pikepdf.Stream(pdf, b"\x80\x40\x40")
    stream.Filter = Name.LZWDecode
    pdf.Root.Compressed = pdf.make_indirect(stream)


def without(place, key):
    def change(pdf):
        thing = place(pdf)
        assert key in thing, key
        del thing[key]

    return change


def leaves(pdf):
    found = []

    def walk(node):
        if "/Start" in node:
            found.append(node)
        for part in (part for array in node.get("/DParts", []) for part in array):
            walk(part)

    walk(pdf.Root.DPartRoot.DPartRootNode)
    return found


def letters(pdf):
    return [part for array in pdf.Root.DPartRoot.DPartRootNode.DParts for part in array]


def first_letter(pdf):
    return next(part for part in letters(pdf) if "/Raadspost_Letter" in part.DPM)


def swapped(pdf):
    array = pdf.Root.DPartRoot.DPartRootNode.DParts[0]
    one, other = array[len(array) - 1], array[len(array) - 2]
    array[len(array) - 1], array[len(array) - 2] = other, one


def set_in(place, key, value):
    def change(pdf):
        place(pdf)[key] = value(pdf)

    return change


def replaced(pattern, replacement):
    def damage(folder):
        path = folder / "ticket.xjdf"
        old = path.read_text(encoding="utf-8")
        new = re.sub(pattern, replacement, old, count=1)
        assert old != new, f"nothing was damaged: {pattern}"
        path.write_text(new, encoding="utf-8")

    return damage


def javascript(pdf):
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="app.alert(1)")


X4 = {
    "there is no output intent": edited(without(lambda pdf: pdf.Root, "/OutputIntents")),
    "there are two output intents": edited(lambda pdf: pdf.Root.OutputIntents.append(intent(pdf))),
    "there is no ICC profile": edited(without(intent, "/DestOutputProfile")),
    "the ICC profile is broken": edited(profile(lambda data: data[:100])),
    "the tags of the ICC profile are broken": edited(profile(lambda data: data[:128] + b"\xff" * (len(data) - 128))),
    "the ICC profile is of a screen": edited(profile(screen)),
    "the condition has no identifier": edited(without(intent, "/OutputConditionIdentifier")),
    "the file is encrypted": edited(lambda pdf: None, encryption=pikepdf.Encryption(owner="x", user="", R=4, aes=True)),
    "the file is of PDF 2.0": edited(lambda pdf: None, force_version="2.0"),
    "the metadata says PDF/X-3": edited(metadata(rb"PDF/X-4", b"PDF/X-3")),
    "there is no metadata": edited(without(lambda pdf: pdf.Root, "/Metadata")),
    "the metadata has no title": edited(metadata(rb"(?s)<dc:title>.*</dc:title>", b"")),
    "the metadata has no version": edited(metadata(rb"<xmpMM:VersionID>1</xmpMM:VersionID>", b"")),
    "trapping is unknown": edited(metadata(rb"<pdf:Trapped>False", b"<pdf:Trapped>Unknown")),
    "the two titles differ": edited(set_in(lambda pdf: pdf.trailer.Info, "/Title", lambda _: pikepdf.String("other"))),
    "the two dates differ": edited(set_in(lambda pdf: pdf.trailer.Info, "/ModDate", lambda _: pikepdf.String("D:19990101000000Z"))),
    "a page has no TrimBox": edited(page(lambda _, page: page.__delitem__("/TrimBox"))),
    "a page has TrimBox and ArtBox": edited(page(lambda _, page: page.__setitem__("/ArtBox", page.TrimBox))),
    "a TrimBox lies outside the MediaBox": edited(page(lambda _, page: page.__setitem__("/TrimBox", Array([-9, 0, 100, 100])))),
    "a BleedBox lies inside the TrimBox": edited(page(lambda _, page: page.__setitem__("/BleedBox", Array([90, 90, 200, 200])))),
    "an annotation lies inside the page": edited(page_of(annotated)),
    "JavaScript is run when it is opened": edited(javascript),
    "a page has actions": edited(page(lambda _, page: page.__setitem__("/AA", Dictionary(O=Dictionary(S=Name.Named, N=Name.NextPage))))),
    "there is a form to fill in": edited(lambda pdf: pdf.Root.__setitem__("/AcroForm", Dictionary(Fields=[]))),
    "there is a drawing in PostScript": edited(page_of(postscript)),
    "there is a transfer function": edited(page_of(transfer)),
    "a font is not embedded": edited(unembedded),
    "a stream is compressed with LZW": edited(compressed),
    "DeviceRGB has no profile": edited(page_of(unprofiled)),
}
# For a condition in CMYK it is no damage.
GREY = {
    "CMYK is used for a grey condition": edited(drawn(b"q 1 0 0 0 k 0 0 9 9 re f Q\n")),
}
PARTS = {
    "there are no document parts": edited(without(lambda pdf: pdf.Root, "/DPartRoot")),
    "a page does not name its part": edited(page(lambda _, page: page.__delitem__("/DPart"))),
    "a part ends too early": edited(set_in(lambda pdf: leaves(pdf)[-1], "/End", lambda pdf: leaves(pdf)[-1].Start)),
    "a part begins too early": edited(set_in(lambda pdf: leaves(pdf)[-1], "/Start", lambda pdf: leaves(pdf)[-2].Start)),
    "a part has no end": edited(without(lambda pdf: leaves(pdf)[-1], "/End")),
    "two letters have changed places": edited(swapped),
    "a part has another parent": edited(set_in(lambda pdf: leaves(pdf)[-1], "/Parent", lambda pdf: pdf.Root.DPartRoot.DPartRootNode)),
    "a part has pages and parts": edited(set_in(lambda pdf: leaves(pdf)[-1], "/DParts", lambda pdf: Array([Array([])]))),
    "a level has no name": edited(lambda pdf: pdf.Root.DPartRoot.NodeNameList.__delitem__(0)),
    "a letter has another sequence": edited(set_in(lambda pdf: first_letter(pdf).DPM.Raadspost_Letter, "/Sequence", lambda _: 99999)),
    "a letter has another code": edited(set_in(lambda pdf: first_letter(pdf).DPM.Raadspost_Letter, "/Code", lambda _: pikepdf.String("X"))),
    "a set is on other paper": edited(set_in(lambda pdf: leaves(pdf)[-1].DPM.Raadspost_Set, "/Paper", lambda _: pikepdf.String("gold"))),
    "a set has another staple": edited(set_in(lambda pdf: leaves(pdf)[-1].DPM.Raadspost_Set, "/StapleSet", lambda _: 7)),
}
TICKET = {
    "the ticket names another file": replaced(r'URL="', 'URL="x'),
    "the ticket has another number of pages": replaced(r'NPage="\d+"', 'NPage="1"'),
    "the ticket has the digest of another file": replaced(r'(IDUsage="SHA-256" IDValue=")[0-9a-f]{8}', r"\g<1>00000000"),
    "the ticket has other paper": replaced(r'(<Media [^>]*Weight=")\d+', r"\g<1>7"),
    "the ticket has other sides": replaced(r'Sides="(TwoSided|OneSidedFront)"', 'Sides="OneSidedBack"'),
    "the ticket has another number of letters": replaced(r'(<Product [^>]*Amount=")\d+', r"\g<1>99999"),
    "the ticket finds no sets": replaced(r"/Raadspost_Set/Production", "/Other"),
    "the ticket is of another job": replaced(r'JobID="', 'JobID="x'),
}


def main():
    parser = argparse.ArgumentParser(prog="job", description=__doc__.splitlines()[0])
    parser.add_argument("--selftest", action="store_true")
    parser.add_argument("--schema", type=pathlib.Path, help="the schema of XJDF 2")
    parser.add_argument("folder", type=pathlib.Path)
    arguments = parser.parse_args()
    reasons, judged = guarded(arguments.folder, arguments.schema)
    for reason in reasons[:20]:
        print(f"job: {reason}")
    print(f"job: {judged} files judged, {len(reasons)} reasons to refuse", flush=True)
    missed, damages = 0, {}
    if arguments.selftest:
        ticket = json.loads((arguments.folder / "ticket.json").read_text(encoding="utf-8"))
        damages |= PARTS
        if ticket["printer"]["output_intent"]:
            damages |= X4
            with pikepdf.open(arguments.folder / ticket["files"][0]["file"]) as pdf:
                if intent(pdf).DestOutputProfile.N == 1:
                    damages |= GREY
        if (arguments.folder / "ticket.xjdf").exists():
            damages |= TICKET
        # What is refused below has to be refused for its damage.
        damages = {"it was only saved again": edited(lambda pdf: None)} | damages
        for sentence, damage in damages.items():
            with tempfile.TemporaryDirectory() as place:
                copy = pathlib.Path(place) / "copy"
                shutil.copytree(arguments.folder, copy)
                damage(copy)
                found, _ = guarded(copy, arguments.schema)
                wanted = sentence != "it was only saved again"
                if bool(found) != wanted:
                    missed += 1
                    print(f"job: self-test: {'accepted' if wanted else f'refused ({found[0]})'} although {sentence}")
        print(f"job: self-test: {len(damages) - 1} kinds of damage, {missed} misjudged", flush=True)
    return 1 if reasons or missed or not judged else 0


if __name__ == "__main__":
    sys.exit(main())
