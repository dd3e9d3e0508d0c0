"""Glyph widths: compares /W of each font in a PDF with its embedded font program.

Readers place glyphs by /W and draw them by the program; ISO 19005-2, 6.2.11.5, wants both equal.
page-validation does not look, and veraPDF up to 1.29 misreads programs of one kind: see `misread`.
"""

import io
import re

import pikepdf
from fontTools.cffLib import CFFFontSet
from fontTools.misc.psCharStrings import T2WidthExtractor
from fontTools.ttLib import TTFont

# Tolerance for rounding, in 1/1000 em.
TOLERANCE = 1.0


def stated(font):
    """The widths of a CIDFont by CID (ISO 32000-1, 9.7.4.3)."""
    widths, items = {}, list(font.get("/W", []))
    while items:
        first = int(items.pop(0))
        second = items.pop(0)
        if isinstance(second, pikepdf.Array):
            widths.update({first + at: float(width) for at, width in enumerate(second)})
        else:
            width = float(items.pop(0))
            widths.update({cid: width for cid in range(first, int(second) + 1)})
    return widths


def of_cff(data):
    """The advance of each glyph of a bare CFF program by CID, in 1/1000 em."""
    fonts = CFFFontSet()
    fonts.decompile(io.BytesIO(data), None)
    top = fonts[0]
    strings, advances = top.CharStrings, {}
    for glyph, name in enumerate(top.charset):
        string = strings[name]
        private = string.private
        extractor = T2WidthExtractor(
            getattr(private, "Subrs", []), string.globalSubrs, private.nominalWidthX, private.defaultWidthX
        )
        extractor.execute(string)
        cid = int(name.removeprefix("cid")) if name.startswith("cid") else glyph
        advances[cid] = extractor.width * getattr(top, "FontMatrix", [0.001])[0] * 1000
    return advances


def misread(data):
    """Whether veraPDF up to 1.29 finds wrong widths in a bare CFF program whose widths are right.

    It does not clear the operands of ROS, and reads them as the first of the matrix where FontMatrix is
    the next operator (clauses 6.2.11.5-1 and 7.21.5-1).
    """
    fonts = CFFFontSet()
    fonts.decompile(io.BytesIO(data), None)
    operators = list(fonts[0].rawDict)
    return ("ROS", "FontMatrix") in zip(operators, operators[1:])


def named(texts, widths):
    """The CIDs that are shown: they have a width, or a text in ToUnicode; None where there are no texts.

    A program of TrueType has more glyphs, the parts of composed ones, and a map names .notdef for every
    CID between. ISO 19005-2, 6.2.11.5, speaks of glyphs that are rendered.
    """
    if texts is None:
        return None
    text = texts.read_bytes().decode("latin-1")
    cids = set(widths)
    for kind, section in re.findall(r"beginbf(char|range)(.*?)endbf", text, re.DOTALL):
        codes = [int(code, 16) for code in re.findall(r"<([0-9A-Fa-f]*)>", section)]
        if kind == "char":
            cids.update(codes[::2])
        else:
            for first, last in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*(?:<|\[)", section):
                cids.update(range(int(first, 16), int(last, 16) + 1))
    return cids


def of_truetype(data, font, texts, widths):
    """The advance of each CID of a TrueType program that is shown, in 1/1000 em."""
    program = TTFont(io.BytesIO(data), lazy=True)
    metrics, scale = program["hmtx"].metrics, 1000 / program["head"].unitsPerEm
    order = program.getGlyphOrder()
    mapping = font.get("/CIDToGIDMap")
    if isinstance(mapping, pikepdf.Stream):
        data = mapping.read_bytes()
        glyphs = {at: int.from_bytes(data[2 * at : 2 * at + 2]) for at in range(len(data) // 2)}
    else:
        glyphs = {at: at for at in range(len(order))}
    shown = named(texts, widths)
    return {
        cid: metrics[order[glyph]][0] * scale
        for cid, glyph in glyphs.items()
        if glyph < len(order) and (shown is None or cid in shown)
    }


def wrong_widths(pdf):
    """A reason for each font whose program is missing or has other widths than /W."""
    reasons = []
    fonts = [font for font in pdf.objects if isinstance(font, pikepdf.Dictionary) and "/DescendantFonts" in font]
    texts = {font.DescendantFonts[0].objgen: font.get("/ToUnicode") for font in fonts}
    for font in pdf.objects:
        if not isinstance(font, pikepdf.Dictionary) or "/CIDSystemInfo" not in font or "/FontDescriptor" not in font:
            continue
        name, descriptor = str(font.get("/BaseFont")), font.FontDescriptor
        widths, default = stated(font), float(font.get("/DW", 1000))
        if "/FontFile3" in descriptor:
            program = descriptor.FontFile3.read_bytes()
            advances = of_cff(program)
            if misread(program):
                reasons.append(f"{name}: FontMatrix is right behind ROS")
        elif "/FontFile2" in descriptor:
            advances = of_truetype(descriptor.FontFile2.read_bytes(), font, texts.get(font.objgen), widths)
        else:
            reasons.append(f"{name} is not embedded")
            continue
        for cid, advance in advances.items():
            # .notdef is never shown.
            if cid and abs(widths.get(cid, default) - advance) > TOLERANCE:
                reasons.append(f"{name}: the width of {cid} is {widths.get(cid, default)}, its glyph's {advance}")
                break
    return reasons
