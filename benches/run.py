#!/usr/bin/env python3
"""The benchmark harness: how fast the programme makes packs, and a peer in the same run.

    benches/run.py [--packs 342] [--rounds 3] [--row NAME ...] [--json FILE]

Every row is a whole run of the programme as a user starts it, in a new folder, with the embedded
campaign. Rows are taken in turn, round after round, so that a machine that gets slower does so for
all of them; the median of the rounds is printed. A rate "per core" is per second of processor
time of all threads together.

A new row is one entry in ROWS: its name, the programme's arguments, and what is counted.
"""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAMME = ROOT / "target/release/raadspost"
WORD = "motie-solidariteit,motie-deelname,motie-deelname-onderzoek,motie-deelname-deelname"

# name: (arguments, the row whose folder it goes on with)
ROWS = {
    "pack.pdf": (["--jobs", "1", "--durability", "none", "--document", "pack"], None),
    "pack.pdf and Word": (["--jobs", "1", "--durability", "none", "--document", "pack," + WORD], None),
    "one Word motion": (["--jobs", "1", "--durability", "none", "--document", "motie-solidariteit"], None),
    "all files": (["--jobs", "1", "--durability", "none"], None),
    "all files, 2 workers": (["--jobs", "2", "--durability", "none"], None),
    "all files, durable in batches": (["--jobs", "1", "--durability", "batch"], None),
    "all files, durable one by one": (["--jobs", "1", "--durability", "each"], None),
    "nothing to make": (["--jobs", "1"], "all files"),
}
PEER = "peer: pack.pdf"
ALONE = "peer: Word, docx-rs alone"
FILLED = "peer: Word, docxtpl"
# docx-rs and docxtpl make this many files, so that their start does not count for much.
WORD_FILES = {ALONE: 20_000, FILLED: 342}

# The PDFs of all packs in memory: made alone, made and checked, made and checked with pixels.
CHECKS = {"PDF in memory": "render", "PDF in memory, checked": "boxes", "PDF in memory, checked, pixels": "pixels"}

# Rows on the finished folder of "all files": the arguments of `archive`, or none for hashing alone.
ARCHIVES = {
    "archive: MDTO SIPs": ["--format", "mdto-sip"],
    "archive: bags": ["--format", "bagit"],
    "archive: one bag for all, tar": ["--format", "bagit", "--collective", "--tar"],
    "hashing the same bytes": None,
}

# Rows on the same folder: the printer of `print`, or a peer that only merges the same pages into one file.
PRINTS = {
    "print: duplex": "duplex",
    "print: inserter": "inserter",
    "print: office": "office",
    "peer: qpdf merges": None,
    "peer: mutool merges": None,
}


def arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description="Measures the programme and a peer.")
    parser.add_argument("--packs", type=int, default=342, help="packs that the peer makes")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--row", action="append", help="only this row; may be given several times")
    parser.add_argument("--json", type=pathlib.Path, help="write all figures here")
    return parser.parse_args()


def measured(command, cwd=None):
    """Runs a command and returns wall seconds, processor seconds and peak memory in MB."""
    begin = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=cwd)
    # Read to the end before waiting, so that a full pipe never stops the child.
    output, errors = child.stdout.read(), child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - begin
    if status != 0:
        sys.exit(f"{command}: {errors.decode()}")
    return {
        "wall": wall,
        "processor": usage.ru_utime + usage.ru_stime,
        # Linux counts in KiB.
        "peak": usage.ru_maxrss * 1024 / 1e6,
        "output": output,
    }


def ours(name, folders):
    """One run of a row."""
    options, base = ROWS[name]
    if base is None:
        folder = pathlib.Path(tempfile.mkdtemp(dir=folders))
    else:
        folder = pathlib.Path(tempfile.mkdtemp(dir=folders), "copy")
        source = folders / "kept" / base
        shutil.copytree(source, folder, copy_function=shutil.copy2)
    figures = measured([str(PROGRAMME), *options, "--out", str(folder), "--json"])
    summary = json.loads(figures.pop("output"))["summary"]
    documents = summary["documents"]
    figures["documents"] = documents["made"] + documents["fresh"]
    figures["packs"] = summary["packs"]["total"]
    keep = folders / "kept" / name
    if any(base == name for _, base in ROWS.values()) and not keep.exists():
        keep.parent.mkdir(exist_ok=True)
        folder.rename(keep)
    else:
        shutil.rmtree(folder)
    return figures


def archived(name, folders):
    """One archive of the folder that the row "all files" left, or `sha256sum` of its documents."""
    run = folders / "kept" / "all files"
    if not run.exists():
        ours("all files", folders)
    if ARCHIVES[name] is None:
        figures = measured(["sha256sum", "--check", "--quiet", "manifest.sha256"], cwd=run)
    else:
        to = pathlib.Path(tempfile.mkdtemp(dir=folders))
        figures = measured([str(PROGRAMME), "archive", str(run), "--to", str(to), *ARCHIVES[name]])
        shutil.rmtree(to)
    figures["documents"] = len((run / "manifest.sha256").read_text(encoding="utf-8").splitlines())
    figures["packs"] = len((run / ".raadspost/packs.jsonl").read_text(encoding="utf-8").splitlines())
    return figures


def checked(name):
    """One run of the PDFs in memory."""
    command = ["cargo", "build", "--release", "--quiet", "--example", "checks"]
    subprocess.run(command, cwd=ROOT, check=True)
    figures = measured([str(ROOT / "target/release/examples/checks"), CHECKS[name]])
    return {**figures, **json.loads(figures.pop("output"))}


def printed(name, folders):
    """One print run of the folder that the row "all files" left, or a peer that merges its letters."""
    run = folders / "kept" / "all files"
    if not run.exists():
        ours("all files", folders)
    to = pathlib.Path(tempfile.mkdtemp(dir=folders))
    letters = sorted(str(path) for path in run.glob("*/pack.pdf"))
    commands = {
        "peer: qpdf merges": ["qpdf", "--empty", "--pages", *letters, "--", str(to / "merged.pdf")],
        "peer: mutool merges": ["mutool", "merge", "-o", str(to / "merged.pdf"), *letters],
    }
    ours_command = [str(PROGRAMME), "print", str(run), "--out", str(to / "run"), "--printer", str(PRINTS[name])]
    figures = measured(commands.get(name, ours_command))
    size = sum(path.stat().st_size for path in to.glob("**/*.pdf") if path.name[:4] not in ("tick", "labe", "enve"))
    shutil.rmtree(to)
    return {**figures, "documents": len(letters), "packs": len(letters), "bytes": size}


def peer(folders, packs):
    """The peer on the data that the programme hands to Typst."""
    data = folders / "peer"
    if not data.exists():
        subprocess.run(
            ["cargo", "run", "--release", "--quiet", "--example", "peer-data", "--", str(data)], cwd=ROOT, check=True
        )
    python = ROOT / ".venv/bin/python"
    command = [str(python), str(ROOT / "benches/peer.py"), str(data / "templates"), "peer.typ"]
    command += [str(data / "values.jsonl"), str(packs), "--via", "file", "--data", "values.json"]
    command += ["--fonts", str(ROOT / "fonts")]
    figures = measured(command)
    told = json.loads(figures.pop("output"))
    # The peer counts without its start and its first packs, which favours it.
    return {
        "wall": told["seconds"],
        "processor": told["cpu_seconds"],
        "peak": figures["peak"],
        "documents": told["packs"],
        "packs": told["packs"],
    }


def word_peer(name, folders):
    """A peer that makes one Word motion for each pack, in memory."""
    count = WORD_FILES[name]
    if name == ALONE:
        command = ["cargo", "build", "--release", "--quiet", "-p", "raadspost-docx", "--example", "alone"]
        subprocess.run(command, cwd=ROOT, check=True)
        command = [str(ROOT / "target/release/examples/alone"), str(count)]
    else:
        motion = folders / "motion"
        if not motion.exists():
            options = ["--only", "GM0344", "--document", "motie-solidariteit", "--out", str(motion)]
            subprocess.run([str(PROGRAMME), *options], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        python = ROOT / ".venv/bin/python"
        command = [str(python), str(ROOT / "benches/peer_word.py")]
        command += [str(motion / "GM0344-utrecht/motie-solidariteit.docx"), "Utrecht", str(count)]
    figures = measured(command)
    told = json.loads(figures.pop("output"))
    return {**figures, "documents": told["packs"], "packs": told["packs"]}


def row_of(name, folders, options):
    """One run of a row or a peer."""
    if name == PEER:
        return peer(folders, options.packs)
    if name in ARCHIVES:
        return archived(name, folders)
    if name in CHECKS:
        return checked(name)
    if name in PRINTS:
        return printed(name, folders)
    return word_peer(name, folders) if name in WORD_FILES else ours(name, folders)


def main():
    """Takes all rows in turn and prints the medians."""
    options = arguments()
    subprocess.run(["cargo", "build", "--release", "--quiet"], cwd=ROOT, check=True)
    names = options.row or [*ROWS, *CHECKS, *ARCHIVES, *PRINTS, PEER, *WORD_FILES]
    taken = {name: [] for name in names}
    with tempfile.TemporaryDirectory() as directory:
        folders = pathlib.Path(directory)
        for _ in range(options.rounds):
            for name in names:
                taken[name].append(row_of(name, folders, options))
    print(f"{'row':<32}{'packs/s':>9}{'per core':>10}{'files/s':>9}{'peak MB':>9}")
    medians = {}
    for name, rounds in taken.items():
        median = {
            "packs_per_second": statistics.median(row["packs"] / row["wall"] for row in rounds),
            "packs_per_second_per_core": statistics.median(row["packs"] / row["processor"] for row in rounds),
            "files_per_second": statistics.median(row["documents"] / row["wall"] for row in rounds),
            "peak_megabytes": statistics.median(row["peak"] for row in rounds),
        }
        medians[name] = median
        print(f"{name:<32}{median['packs_per_second']:>9.1f}{median['packs_per_second_per_core']:>10.1f}"
              f"{median['files_per_second']:>9.1f}{median['peak_megabytes']:>9.0f}")
    for name in list(CHECKS)[1:]:
        bare = next(iter(CHECKS))
        if bare in taken and name in taken:
            pairs = zip(taken[name], taken[bare])
            cost = [whole["processor"] / alone["processor"] - 1 for whole, alone in pairs]
            medians[f"cost of {name}"] = statistics.median(cost)
            print(f"\n{name}: {statistics.median(cost):.0%} of the rendering "
                  f"(rounds: {', '.join(f'{part:.0%}' for part in cost)})")
    if PEER in medians and "pack.pdf" in medians:
        pairs = zip(taken["pack.pdf"], taken[PEER])
        ratios = [(own["packs"] / own["processor"]) / (other["packs"] / other["processor"]) for own, other in pairs]
        medians["ratio"] = statistics.median(ratios)
        print(f"\npack.pdf, per core: {medians['ratio']:.2f} times the peer "
              f"(rounds: {', '.join(f'{ratio:.2f}' for ratio in ratios)})")
    for name, rounds in taken.items():
        if "bytes" in rounds[0]:
            medians[name]["bytes_per_pack"] = rounds[0]["bytes"] / rounds[0]["packs"]
            print(f"{name}: {medians[name]['bytes_per_pack']:.0f} bytes a letter")
    merging = [name for name in PRINTS if PRINTS[name] is None and name in taken]
    for name in merging if "print: duplex" in taken else []:
        pairs = zip(taken["print: duplex"], taken[name])
        ratio = statistics.median(other["processor"] / own["processor"] for own, other in pairs)
        print(f"print: duplex, per core: {ratio:.2f} times {name}")
    if options.json:
        options.json.write_text(json.dumps(medians, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
