#!/usr/bin/env python3
"""What the machine can do at best: `write.py RUN TO` writes the documents of a run again.

All documents that the run's manifest names are in memory before the clock starts. They are hashed,
written beside their places, flushed together in batches of 512 files or 32 MB, and given their
names, as a run with `--durability batch` does; nothing is made, looked at or remembered. Prints one
JSON object.
"""

import ctypes
import hashlib
import json
import os
import pathlib
import sys
import time

BATCH_FILES, BATCH_BYTES = 512, 32 * 1024 * 1024
LIBRARY = ctypes.CDLL(None, use_errno=True)


def sync(folder):
    """Flushes the file system of an open folder, where the system has that call; else all."""
    if not hasattr(LIBRARY, "syncfs"):
        os.sync()
    elif LIBRARY.syncfs(folder) != 0:
        raise OSError(ctypes.get_errno(), "syncfs")


def flush(batch, staging, to):
    """Makes a batch durable, and then its names."""
    sync(to)
    for number, path in batch:
        os.rename(f"{staging}/{number}", path)
    sync(to)


def main(run, to):
    """Writes the documents."""
    run, to = pathlib.Path(run), pathlib.Path(to)
    lines = (run / "manifest.sha256").read_text(encoding="utf-8").splitlines()
    files = [(path, digest, (run / path).read_bytes()) for digest, path in (line.split("  ", 1) for line in lines)]
    staging = to / "tmp"
    staging.mkdir(parents=True)
    folder = os.open(to, os.O_RDONLY)
    wall, processor = time.perf_counter(), time.process_time()
    batch, size = [], 0
    for number, (path, digest, content) in enumerate(files):
        assert hashlib.sha256(content).hexdigest() == digest, path
        with open(f"{staging}/{number}", "xb") as file:
            file.write(content)
        place = f"{to}/{path}"
        os.makedirs(os.path.dirname(place), exist_ok=True)
        batch.append((number, place))
        size += len(content)
        if len(batch) >= BATCH_FILES or size >= BATCH_BYTES:
            flush(batch, staging, folder)
            batch, size = [], 0
    flush(batch, staging, folder)
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    packs = len({path.rsplit("/", 1)[0] for path, _, _ in files})
    print(json.dumps({"packs": packs, "documents": len(files), "seconds": wall, "cpu_seconds": processor}))


if __name__ == "__main__":
    main(*sys.argv[1:])
