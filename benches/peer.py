#!/usr/bin/env python3
"""The peer: the same packs through the Python binding of Typst, one compiler kept.

    peer.py TEMPLATES MAIN PAYLOADS COUNT [--via file --data FILE] [--fonts DIR] [--threads N] [--fresh]

TEMPLATES is a folder, MAIN the Typst file in it, PAYLOADS a file with one JSON object a line.
Pack number i takes line i, and starts again behind the last line. An object reaches the template

* `--via inputs` (the default): as `sys.inputs`, each value a text (what is no text, as JSON);
* `--via file`: as the content of `--data FILE` in TEMPLATES, which the template reads with `json`.

Prints one JSON object: packs, seconds (wall), cpu_seconds, packs_per_second,
packs_per_cpu_second, bytes, peak_memory_mib. The first `--warm` packs are made before the clock
starts and are not counted.
"""

import argparse
import itertools
import json
import os
import pathlib
import resource
import shutil
import sys
import tempfile
import time


def arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description="Renders packs with the Python binding of Typst.")
    parser.add_argument("templates", type=pathlib.Path)
    parser.add_argument("main")
    parser.add_argument("payloads", type=pathlib.Path)
    parser.add_argument("count", type=int)
    parser.add_argument("--via", choices=["inputs", "file"], default="inputs")
    parser.add_argument("--data", default="data.json", help="the file in TEMPLATES that `--via file` writes")
    parser.add_argument("--fonts", type=pathlib.Path, help="a folder of fonts; the system's are never used")
    parser.add_argument("--standards", default="a-2a,ua-1", help="PDF standards, or an empty text for none")
    parser.add_argument("--warm", type=int, default=20)
    parser.add_argument("--threads", type=int, default=1, help="threads of Typst; 1 measures one core")
    parser.add_argument("--fresh", action="store_true", help="a new compiler for each pack")
    parser.add_argument("--keep", type=pathlib.Path, help="write the last PDF here, to look at")
    return parser.parse_args()


def run(options, folder):
    """Makes the packs from the templates in `folder` and returns the figures."""
    # Typst reads the number of threads when it makes its pool, so it is loaded after this.
    os.environ["RAYON_NUM_THREADS"] = str(options.threads)
    import typst

    lines = options.payloads.read_text(encoding="utf-8").splitlines()
    payloads = [json.loads(line) for line in lines if line.strip()]
    if not payloads:
        sys.exit(f"{options.payloads}: no payload")

    def new():
        return typst.Compiler(
            str(folder / options.main),
            root=str(folder),
            font_paths=[str(options.fonts)] if options.fonts else [],
            ignore_system_fonts=True,
        )

    kept = new()
    standards = [name for name in options.standards.split(",") if name]

    def render(payload):
        inputs = {}
        if options.via == "inputs":
            inputs = {key: value if isinstance(value, str) else dumped(value) for key, value in payload.items()}
        else:
            (folder / options.data).write_text(dumped(payload), encoding="utf-8")
        compiler = new() if options.fresh else kept
        return compiler.compile(format="pdf", sys_inputs=inputs, pdf_standards=standards, timestamp=0)

    supply = itertools.cycle(payloads)
    for payload in itertools.islice(supply, options.warm):
        render(payload)
    size = 0
    wall, cpu = time.perf_counter(), time.process_time()
    for payload in itertools.islice(supply, options.count):
        pdf = render(payload)
        size += len(pdf)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    if options.keep:
        options.keep.write_bytes(pdf)
    return {
        "peer": f"typst {typst.__version__} (Python)",
        "packs": options.count,
        "threads": options.threads,
        "seconds": round(wall, 3),
        "cpu_seconds": round(cpu, 3),
        "packs_per_second": round(options.count / wall, 1),
        "packs_per_cpu_second": round(options.count / cpu, 1),
        "bytes": size,
        # Linux counts in KiB.
        "peak_memory_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }


def dumped(value):
    """A value as JSON."""
    return json.dumps(value, ensure_ascii=False)


def main():
    """Copies the templates aside, so that the data file of `--via file` lies in no one's way."""
    options = arguments()
    with tempfile.TemporaryDirectory() as directory:
        folder = pathlib.Path(directory, "templates")
        shutil.copytree(options.templates, folder)
        print(json.dumps(run(options, folder)))


if __name__ == "__main__":
    main()
