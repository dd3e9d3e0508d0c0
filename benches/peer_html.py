#!/usr/bin/env python3
"""A peer for the benchmarks: the pack as HTML, set by WeasyPrint.

    peer_html.py PDF NAME COUNT FONTS [--keep FILE]

PDF is a pack that another peer made, NAME the municipality in it. Its structure and its words, as
`pdfinfo -struct-text` tells them, become an HTML page with the name as a variable, so the files say
the same. Each is made as PDF/UA-1 in memory. Prints one JSON object with the number of packs.
"""

import argparse
import html
import json
import os
import pathlib
import re
import subprocess
import tempfile
import time

# Structure elements that are something in HTML; all others only hold what is in them.
TAGS = {"P": "p", "L": "ul", "LI": "li", "Div": "div", "Sect": "section", "Table": "table", "TR": "tr"}
TAGS |= {"TH": "th", "TD": "td", "Note": "small", **{f"H{level}": f"h{level}" for level in range(1, 7)}}

STYLE = """
@page { size: A4; margin: 25mm 22mm }
body { font: 11pt/1.25 "Source Sans 3", "Noto Sans", sans-serif }
h1, h2, h3 { font-size: 12pt; margin: 3mm 0 1mm } p { margin: 0 0 2mm } li p { margin: 0 }
ul { list-style: none; margin: 0; padding-left: 6mm } li > span:first-child { float: left; width: 6mm }
small { float: footnote }
"""

ELEMENT = re.compile(r"^( *)([A-Za-z][A-Za-z0-9]*)\b.*\((block|inline)\):?$")
TEXT = re.compile(r'^( *)"(.*)"$')


def page(pdf):
    """The HTML of a tagged PDF."""
    told = subprocess.run(["pdfinfo", "-struct-text", str(pdf)], check=True, capture_output=True)
    out, stack = [], []

    def close(depth):
        while stack and stack[-1][0] >= depth:
            out.append(f"</{stack.pop()[1]}>")

    # Titles of headings may stand there as UTF-16; they are no words of the page.
    for line in told.stdout.decode("utf-8", "replace").splitlines():
        text, element = TEXT.match(line), ELEMENT.match(line)
        if text:
            close(len(text[1]))
            # A line that ends in a hyphen of its own goes on without one.
            out.append("" if text[2] == "-" else html.escape(text[2]))
        elif element:
            close(len(element[1]))
            tag = TAGS.get(element[2], "span")
            stack.append((len(element[1]), tag))
            out.append(f"<{tag}>")
    close(0)
    return "".join(out)


def main():
    """Makes the packs."""
    parser = argparse.ArgumentParser(description="Renders packs with WeasyPrint.")
    parser.add_argument("pdf", type=pathlib.Path)
    parser.add_argument("name")
    parser.add_argument("count", type=int)
    parser.add_argument("fonts", type=pathlib.Path)
    parser.add_argument("--keep", type=pathlib.Path, help="write the last PDF here, to look at")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        # Fonts of a folder are found once; those of a style sheet are loaded for each document.
        settings = pathlib.Path(folder, "fonts.conf")
        settings.write_text(
            f"<fontconfig><dir>{html.escape(str(options.fonts))}</dir><cachedir>{folder}</cachedir></fontconfig>",
            encoding="utf-8",
        )
        os.environ["FONTCONFIG_FILE"] = str(settings)
        import weasyprint

        body = page(options.pdf)
        assert options.name in body
        style = weasyprint.CSS(string=STYLE)
        size = 0

        def render(number):
            text = body.replace(options.name, f"Gemeente {number}")
            document = f'<html lang="nl"><head><title>Pakket</title></head><body>{text}</body></html>'
            return weasyprint.HTML(string=document).write_pdf(stylesheets=[style], pdf_variant="pdf/ua-1")

        render(0)
        wall, processor = time.perf_counter(), time.process_time()
        for number in range(options.count):
            pdf = render(number)
            size += len(pdf)
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
        if options.keep:
            options.keep.write_bytes(pdf)
    figures = {"packs": options.count, "bytes": size, "seconds": wall, "cpu_seconds": processor}
    print(json.dumps({"peer": f"WeasyPrint {weasyprint.__version__}", **figures}))


if __name__ == "__main__":
    main()
