#!/usr/bin/env python3
"""Judges PDF files: PDF/A-2a and PDF/UA-1 by `page-validation`, glyph widths by fontTools, syntax by `qpdf --check`."""

import io
import re
import subprocess
import sys
import tempfile

import page
import pikepdf
from fontTools.cffLib import CFFFontSet
from fontTools.ttLib import TTFont
from lengths import wrong_lengths
from verdicts import main
from widths import wrong_widths

PROFILES = (page.ValidationProfile.PDF_A_2A, page.ValidationProfile.PDF_UA_1)

# page-validation 0.11.0 takes the last byte of a stream for an end-of-line when it happens to be
# 0x0D, and then reports a wrong /Length: one in 256 streams of compressed data. Where our own
# count of the bytes proves every length of the file right, this finding is no reason to refuse.
# To be removed once the validator counts right.
FALSE_ALARM = "PDFA2A-STREAM-LENGTH-001"


def judge(path):
    """The reasons why the file is not a valid PDF/A-2a, PDF/UA-1 and plain PDF."""
    reasons = []
    for profile in PROFILES:
        report = page.validate_pdf(str(path), profile=profile)
        failures = list(report.failures)
        doubtful = [failure for failure in failures if failure.rule_id == FALSE_ALARM]
        if doubtful and not wrong_lengths(path.read_bytes(), count_streams(path)):
            failures = [failure for failure in failures if failure.rule_id != FALSE_ALARM]
        elif not failures and not report.is_compliant:
            reasons.append(f"{report.profile}: not compliant, without a reason")
        reasons += [f"{failure.rule_id}: {failure.message}" for failure in failures]
    try:
        with pikepdf.open(path) as pdf:
            reasons += wrong_widths(pdf)
    except pikepdf.PdfError as error:
        reasons.append(f"pikepdf: {error}")
    check = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, text=True, errors="replace")
    # 0 is clean; 2 is an error and 3 a warning, neither of which our files may cause.
    if check.returncode != 0:
        reasons.append(f"qpdf: {check.stderr.strip() or check.stdout.strip()}")
    return reasons


def count_streams(path):
    """The number of streams of the file, by its cross-reference table."""
    with pikepdf.open(path) as pdf:
        return sum(isinstance(thing, pikepdf.Stream) for thing in pdf.objects)


def edited(edit):
    """A damage that changes the document with pikepdf and saves it completely."""

    def damage(data):
        with tempfile.TemporaryDirectory() as directory:
            plain, saved = f"{directory}/plain.pdf", f"{directory}/saved.pdf"
            with pikepdf.open(io.BytesIO(data)) as pdf:
                edit(pdf)
                pdf.save(plain)
            # Without the end-of-line before `endstream`, which PDF/A asks for, every saved copy
            # is refused, and the self-test would prove nothing about the edit.
            subprocess.run(["qpdf", "--newline-before-endstream", plain, saved], check=True)
            with open(saved, "rb") as file:
                return file.read()

    return damage


def without(*path):
    """A damage that removes one entry, found from the catalog by these keys."""

    def edit(pdf):
        holder = pdf.Root
        for key in path[:-1]:
            holder = holder[key]
        del holder[path[-1]]

    return edited(edit)


def cut(data):
    """The first two thirds of a file."""
    return data[: len(data) * 2 // 3]


def longer_length(data):
    """One stream says that it is a byte longer than it is; the number keeps its digits."""
    for match in re.finditer(rb"/Length (\d+)\b(?! \d+ R)", data):
        length = int(match[1]) + 1
        if len(str(length)) == len(match[1]):
            return data[: match.start(1)] + str(length).encode() + data[match.end(1) :]
    raise ValueError("no stream to damage")


def untitled(pdf):
    """Neither the metadata nor the information dictionary has a title."""
    with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
        metadata.pop("dc:title", None)
    if "/Title" in pdf.docinfo:
        del pdf.docinfo["/Title"]


def unembedded(pdf):
    """No font has its file."""
    for thing in pdf.objects:
        if isinstance(thing, pikepdf.Dictionary):
            for key in {"/FontFile", "/FontFile2", "/FontFile3"} & set(thing.keys()):
                del thing[key]


def wider(pdf):
    """The glyphs of a font are said to be wider than they are."""
    font = next(
        thing for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary) and "/W" in thing and "/CIDSystemInfo" in thing
    )
    widths, at = list(font.W), 0
    # A list behind its first code, or the first and last code of a range and its width.
    while at < len(widths):
        if isinstance(widths[at + 1], pikepdf.Array):
            widths[at + 1] = pikepdf.Array([float(width) + 50 for width in widths[at + 1]])
            at += 2
        else:
            widths[at + 2] = float(widths[at + 2]) + 50
            at += 3
    font.W = pikepdf.Array(widths)


def matrix_behind_ros(pdf):
    """The font matrix of a CFF program is right behind ROS; fontTools leaves out the default one."""
    for thing in pdf.objects:
        if isinstance(thing, pikepdf.Dictionary) and "/FontFile3" in thing:
            fonts = CFFFontSet()
            fonts.decompile(io.BytesIO(thing.FontFile3.read_bytes()), None)
            top = fonts[0]
            top.FontMatrix = [0.0010001, 0, 0, 0.0010001, 0, 0]
            top.order = ["ROS", "FontMatrix"] + [name for name in top.order if name not in ("ROS", "FontMatrix")]
            out = io.BytesIO()
            fonts.compile(out, TTFont(recalcBBoxes=False))
            thing.FontFile3 = pdf.make_stream(out.getvalue(), Subtype=pikepdf.Name.CIDFontType0C)


UNHARMED = edited(lambda pdf: None)
DAMAGES = {
    "a third of the file is missing": cut,
    "a stream says that it is a byte longer than it is": longer_length,
    "it has no structure tree": without("/StructTreeRoot"),
    "it is not marked as tagged": without("/MarkInfo"),
    "it has no language": without("/Lang"),
    "it has no metadata": without("/Metadata"),
    "it has no title": edited(untitled),
    "no font is embedded": edited(unembedded),
    "glyphs are said to be wider than they are": edited(wider),
    "a font matrix is right behind ROS": edited(matrix_behind_ros),
}

if __name__ == "__main__":
    sys.exit(main("pdf", judge, UNHARMED, DAMAGES))
