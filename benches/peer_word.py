#!/usr/bin/env python3
"""A peer for the benchmarks: Word motions filled by docxtpl, `peer_word.py MOTION NAME COUNT`.

The template is one of our own motions with the municipality's name as a variable, so the files say
the same. Prints one JSON object with the number of files.
"""

import io
import json
import sys
import zipfile

from docxtpl import DocxTemplate


def main(motion, name, count):
    """Fills the template in memory."""
    template = io.BytesIO()
    with zipfile.ZipFile(motion) as old, zipfile.ZipFile(template, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            part = old.read(entry)
            if entry.filename == "word/document.xml":
                part = part.replace(name.encode(), b"{{ name }}")
                assert b"{{ name }}" in part
            new.writestr(entry.filename, part)
    size = 0
    for number in range(int(count)):
        document = DocxTemplate(io.BytesIO(template.getvalue()))
        document.render({"name": f"Gemeente {number}"}, autoescape=True)
        out = io.BytesIO()
        document.save(out)
        size += len(out.getvalue())
    print(json.dumps({"packs": int(count), "bytes": size}))


if __name__ == "__main__":
    main(*sys.argv[1:])
