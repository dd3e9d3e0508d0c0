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
PYTHON = str(ROOT / ".venv/bin/python")
WORD = "motie-solidariteit,motie-deelname,motie-deelname-onderzoek,motie-deelname-deelname"

# name: (arguments, the row whose folder it goes on with)
ROWS = {
    "pack.pdf": (["--jobs", "1", "--durability", "none", "--document", "pack"], None),
    "pack.pdf and Word": (["--jobs", "1", "--durability", "none", "--document", "pack," + WORD], None),
    "one Word motion": (["--jobs", "1", "--durability", "none", "--document", "motie-solidariteit"], None),
    "all files": (["--jobs", "1", "--durability", "none"], None),
    "all files, 2 workers": (["--jobs", "2", "--durability", "none"], None),
    "all files, durable in batches": (["--jobs", "1", "--durability", "batch"], None),
    "all files, 2 threads, durable": (["--jobs", "2", "--durability", "batch"], None),
    "all files, durable one by one": (["--jobs", "1", "--durability", "each"], None),
    "nothing to make": (["--jobs", "1"], "all files"),
}
PEER = "peer: pack.pdf"
PEER_TWO = "peer: pack.pdf, 2 cores"
PEER_PROCESSES = "peer: pack.pdf, 2 processes"
PEER_FRESH = "peer: pack.pdf, a new compiler each"
PEER_HTML = "peer: pack.pdf, WeasyPrint"
PEER_OFFICE = "peer: Word to PDF, LibreOffice"
PEER_WHOLE = "peer: all files, typst and docxtpl"
BEST = "writing and hashing the same bytes"
UNCHECKED = "pack.pdf, 2 threads, inspection off"
PROCESSES = "all files, 2 processes, durable"
THREADS = "all files, 2 threads, durable"
CHANGED = "one row of 10,000 changed"
# So many packs or files of a peer that is slow.
FEW = {PEER_FRESH: 30, PEER_HTML: 20, PEER_OFFICE: 60}
ALONE = "peer: Word, docx-rs alone"
FILLED = "peer: Word, docxtpl"
# docx-rs and docxtpl make this many files, so that their start does not count for much.
WORD_FILES = {ALONE: 20_000, FILLED: 342}

# Ratios that are printed where both rows were taken: packs a second, or for each second of a processor.
RATES = {
    "a second": lambda row: row["packs"] / row["wall"],
    "per core": lambda row: row["packs"] / row["processor"],
}
RATIOS = [
    ("pack.pdf", PEER, "per core"),
    (UNCHECKED, PEER_TWO, "a second"),
    (UNCHECKED, PEER_PROCESSES, "a second"),
    ("pack.pdf", PEER_FRESH, "per core"),
    ("pack.pdf", PEER_HTML, "per core"),
    ("one Word motion", PEER_OFFICE, "per core"),
    ("one Word motion", FILLED, "per core"),
    ("all files", PEER_WHOLE, "per core"),
    ("all files, durable in batches", BEST, "a second"),
    (THREADS, "all files, durable in batches", "a second"),
    (THREADS, PROCESSES, "a second"),
]

# `check` of the embedded campaign: with its own register, and with that of the whole world beside the repository.
CHECKED = "check"
CHECKED_WORLD = "check: the world"
WORLD = ROOT.parent / "shared/data/municipalities-world.csv.gz"

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


def measured(command, cwd=None, may_end=(0,)):
    """Runs a command and returns wall seconds, processor seconds and peak memory in MB."""
    begin = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=cwd)
    # Read to the end before waiting, so that a full pipe never stops the child.
    output, errors = child.stdout.read(), child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - begin
    if os.waitstatus_to_exitcode(status) not in may_end:
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
    run = kept_run(folders)
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


def kept_run(folders):
    """The folder that the row "all files" left."""
    run = folders / "kept" / "all files"
    if not run.exists():
        ours("all files", folders)
    return run


def unchecked(folders):
    """`pack.pdf` of all packs on two threads, through the pipeline and without inspection."""
    command = ["cargo", "build", "--release", "--quiet", "--example", "packs"]
    subprocess.run(command, cwd=ROOT, check=True)
    to = pathlib.Path(tempfile.mkdtemp(dir=folders))
    figures = told_by([str(ROOT / "target/release/examples/packs"), str(to / "out"), "2"])
    shutil.rmtree(to)
    return figures


def halves(folders):
    """Two processes of one thread, each with every second row of the register."""
    rows = (ROOT / "content/registers/nl.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    to = pathlib.Path(tempfile.mkdtemp(dir=folders))
    begin = time.perf_counter()
    children = []
    for half in range(2):
        register = to / f"half-{half}.csv"
        register.write_text(rows[0] + "".join(rows[1 + half :: 2]), encoding="utf-8")
        options = ["--register", str(register), "--jobs", "1", "--durability", "batch"]
        command = [str(PROGRAMME), *options, "--out", str(to / f"out-{half}"), "--json"]
        children.append(subprocess.Popen(command, stdout=open(to / f"{half}.json", "wb"), stderr=subprocess.DEVNULL))
    figures = {"processor": 0, "peak": 0, "documents": 0, "packs": 0}
    for half, child in enumerate(children):
        _, status, usage = os.wait4(child.pid, 0)
        if status != 0:
            sys.exit(f"half {half} ended with {status}")
        figures["processor"] += usage.ru_utime + usage.ru_stime
        figures["peak"] += usage.ru_maxrss * 1024 / 1e6
    figures["wall"] = time.perf_counter() - begin
    for half in range(2):
        summary = json.loads((to / f"{half}.json").read_text(encoding="utf-8"))["summary"]
        figures["documents"] += summary["documents"]["made"]
        figures["packs"] += summary["packs"]["total"]
    shutil.rmtree(to)
    return figures


def best(folders):
    """What the machine can do at best with the bytes of "all files": write and hash them."""
    to = pathlib.Path(tempfile.mkdtemp(dir=folders))
    figures = told_by([PYTHON, str(ROOT / "benches/write.py"), str(kept_run(folders)), str(to / "out")])
    shutil.rmtree(to)
    return figures


def changed(folders):
    """A run of 10,000 packs with all files in which one cell of one row has changed since."""
    folder = folders / "ten"
    register = folder / "register.csv"
    options = ["--register", str(register), "--out", str(folder / "out"), "--json"]
    is_new = not folder.exists()
    if is_new:
        folder.mkdir()
        rows = [f"GM{n:05},Plaats {n},Plaats {n},{1000 + n},{n + 1},1234 AB,Plaats {n}\n" for n in range(10_000)]
        register.write_text("code,name,running_name,population,po_box,postcode,town\n" + "".join(rows), encoding="utf-8")
        measured([str(PROGRAMME), *options])
    rows = register.read_text(encoding="utf-8").splitlines(keepends=True)
    cells = rows[5_001].split(",")
    cells[4] = str(int(cells[4]) + 1)
    rows[5_001] = ",".join(cells)
    register.write_text("".join(rows), encoding="utf-8")
    figures = measured([str(PROGRAMME), *options])
    documents = json.loads(figures.pop("output"))["summary"]["documents"]
    # The box stands in letter and pack.
    if documents["made"] != 2 or documents["planned"] != 80_000:
        sys.exit(f"{CHANGED}: {documents}")
    return {**figures, "documents": documents["planned"], "packs": 10_000}


def preflight(name, folders):
    """One `check` of the embedded campaign; that of the world takes its columns and needs no address."""
    command = [str(PROGRAMME), "check", "--jobs", "2", "--json"]
    if name == CHECKED_WORLD:
        folder = folders / "world"
        folder.mkdir(exist_ok=True)
        yaml = (ROOT / "content/posiv.yaml").read_text(encoding="utf-8")
        before, rest = yaml.split("register:\n", 1)
        register = f"register:\n  file: {WORLD}\n  columns: {{ code: id, admin: admin1 }}\n\nfill-ins:"
        yaml = before + register + rest.split("fill-ins:", 1)[1]
        (folder / "campaign.yaml").write_text(yaml.replace("address: required", "address: optional"), encoding="utf-8")
        command.insert(2, str(folder))
    # Some rows of the world have a character that no font has.
    figures = measured(command, may_end=(0, 1))
    summary = json.loads(figures.pop("output"))["summary"]
    return {**figures, "documents": summary["documents"], "packs": summary["packs"]}


def printed(name, folders):
    """One print run of the folder that the row "all files" left, or a peer that merges its letters."""
    run = kept_run(folders)
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


def peer_data(folders):
    """What the programme hands to Typst for each document, in a folder."""
    data = folders / "peer"
    if not data.exists():
        subprocess.run(
            ["cargo", "run", "--release", "--quiet", "--example", "peer-data", "--", str(data)], cwd=ROOT, check=True
        )
    return data


def peer_command(folders, packs, document="pack", more=()):
    """The command of the peer on the data that the programme hands to Typst."""
    data = peer_data(folders) / document
    command = [PYTHON, str(ROOT / "benches/peer.py"), str(data / "templates"), "peer.typ"]
    command += [str(data / "values.jsonl"), str(packs), "--via", "file", "--data", "values.json"]
    return [*command, "--fonts", str(ROOT / "fonts"), *more]


def told_by(command):
    """The figures of a peer that counts without its start and its first packs, which favours it."""
    figures = measured(command)
    told = json.loads(figures.pop("output"))
    return {
        "wall": told["seconds"],
        "processor": told["cpu_seconds"],
        "peak": figures["peak"],
        "documents": told.get("documents", told["packs"]),
        "packs": told["packs"],
    }


def peer_processes(folders, packs):
    """Two processes of the peer, a compiler and a thread in each."""
    commands = [peer_command(folders, packs // 2) for _ in range(2)]
    children = [subprocess.Popen(command, stdout=subprocess.PIPE) for command in commands]
    told = [json.loads(child.communicate()[0]) for child in children]
    return {
        "wall": max(one["seconds"] for one in told),
        "processor": sum(one["cpu_seconds"] for one in told),
        "peak": sum(one["peak_memory_mib"] for one in told) * 1.048576,
        "documents": sum(one["packs"] for one in told),
        "packs": sum(one["packs"] for one in told),
    }


def peer_html(folders):
    """The words of the pack as HTML, set by WeasyPrint."""
    pdf = folders / "peer.pdf"
    if not pdf.exists():
        measured(peer_command(folders, 1, more=["--warm", "0", "--keep", str(pdf)]))
    with (peer_data(folders) / "pack/values.jsonl").open(encoding="utf-8") as lines:
        # The letter's slots come first, and its fourth is the name in running text.
        name = json.loads(lines.readline())[0][3]
    command = [PYTHON, str(ROOT / "benches/peer_html.py"), str(pdf), name, str(FEW[PEER_HTML]), str(ROOT / "fonts")]
    return told_by(command)


def peer_office(folders):
    """One Word motion for each of some packs, made PDF/A-2 and PDF/UA by one start of LibreOffice."""
    run = kept_run(folders)
    to = pathlib.Path(tempfile.mkdtemp(dir=folders))
    motions = []
    for place in sorted(run.glob("*/motie-solidariteit.docx"))[: FEW[PEER_OFFICE]]:
        motions.append(to / f"{place.parent.name}.docx")
        shutil.copy(place, motions[-1])
    settings = {"PDFUACompliance": {"type": "boolean", "value": "true"}}
    settings |= {"SelectPdfVersion": {"type": "long", "value": "2"}}
    command = ["soffice", f"-env:UserInstallation=file://{to}/profile", "--headless", "--convert-to"]
    command += [f"pdf:writer_pdf_Export:{json.dumps(settings)}", "--outdir", str(to / "pdf"), *map(str, motions)]
    figures = measured(command)
    made = len(list((to / "pdf").glob("*.pdf")))
    if made != len(motions):
        sys.exit(f"{PEER_OFFICE}: {made} of {len(motions)} files")
    shutil.rmtree(to)
    return {**figures, "documents": made, "packs": made}


def peer_whole(folders, packs):
    """The four PDF files by the peer and the four Word files by docxtpl, one after the other, in memory."""
    rows = [told_by(peer_command(folders, packs, document)) for document in ("brief", "bijlage-1", "bijlage-2", "pack")]
    rows += [word_peer(FILLED, folders, motion) for motion in WORD.split(",")]
    scaled = [{key: row[key] * packs / row["packs"] for key in ("wall", "processor")} for row in rows]
    return {
        "wall": sum(row["wall"] for row in scaled),
        "processor": sum(row["processor"] for row in scaled),
        "peak": max(row["peak"] for row in rows),
        "documents": packs * len(rows),
        "packs": packs,
    }


def word_peer(name, folders, document="motie-solidariteit"):
    """A peer that makes one Word motion for each pack, in memory."""
    count = WORD_FILES[name]
    if name == ALONE:
        command = ["cargo", "build", "--release", "--quiet", "-p", "raadspost-docx", "--example", "alone"]
        subprocess.run(command, cwd=ROOT, check=True)
        command = [str(ROOT / "target/release/examples/alone"), str(count)]
    else:
        motion = kept_run(folders) / f"GM0344-utrecht/{document}.docx"
        command = [PYTHON, str(ROOT / "benches/peer_word.py"), str(motion), "Utrecht", str(count)]
    figures = measured(command)
    told = json.loads(figures.pop("output"))
    return {**figures, "documents": told["packs"], "packs": told["packs"]}


def row_of(name, folders, options):
    """One run of a row or a peer."""
    whole = {
        PEER: lambda: told_by(peer_command(folders, options.packs)),
        PEER_TWO: lambda: told_by(peer_command(folders, options.packs, more=["--threads", "2"])),
        PEER_PROCESSES: lambda: peer_processes(folders, options.packs),
        PEER_FRESH: lambda: told_by(peer_command(folders, FEW[PEER_FRESH], more=["--fresh", "--warm", "1"])),
        PEER_HTML: lambda: peer_html(folders),
        PEER_OFFICE: lambda: peer_office(folders),
        PEER_WHOLE: lambda: peer_whole(folders, options.packs),
        BEST: lambda: best(folders),
        UNCHECKED: lambda: unchecked(folders),
        PROCESSES: lambda: halves(folders),
        CHANGED: lambda: changed(folders),
        CHECKED: lambda: preflight(name, folders),
        CHECKED_WORLD: lambda: preflight(name, folders),
    }
    if name in whole:
        return whole[name]()
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
    peers = [PEER, PEER_TWO, PEER_PROCESSES, PEER_FRESH, PEER_HTML, PEER_OFFICE, PEER_WHOLE, *WORD_FILES]
    names = options.row or [*ROWS, CHECKED, CHECKED_WORLD, PROCESSES, UNCHECKED, BEST, *CHECKS, *ARCHIVES, *PRINTS, *peers]
    taken = {name: [] for name in names}
    with tempfile.TemporaryDirectory() as directory:
        folders = pathlib.Path(directory)
        for _ in range(options.rounds):
            for name in names:
                taken[name].append(row_of(name, folders, options))
    print(f"{'row':<40}{'packs/s':>9}{'per core':>10}{'files/s':>9}{'peak MB':>9}")
    medians = {}
    for name, rounds in taken.items():
        median = {
            "packs_per_second": statistics.median(row["packs"] / row["wall"] for row in rounds),
            "packs_per_second_per_core": statistics.median(row["packs"] / row["processor"] for row in rounds),
            "files_per_second": statistics.median(row["documents"] / row["wall"] for row in rounds),
            "peak_megabytes": statistics.median(row["peak"] for row in rounds),
        }
        medians[name] = median
        print(f"{name:<40}{median['packs_per_second']:>9.1f}{median['packs_per_second_per_core']:>10.1f}"
              f"{median['files_per_second']:>9.1f}{median['peak_megabytes']:>9.0f}")
    bare = next(iter(CHECKS))
    for name in list(CHECKS)[1:]:
        rounds = taken.get(name, [])
        # In one process, where no other can slow down the one and not the other; and from the rows.
        costs = {"by the clock in one process": [row["checking_s"] / row["rendering_s"] for row in rounds]}
        pairs = zip(rounds, taken.get(bare, []))
        costs["by processor time of rows"] = [whole["processor"] / alone["processor"] - 1 for whole, alone in pairs]
        for how, cost in costs.items():
            if cost:
                medians[f"cost of {name}, {how}"] = statistics.median(cost)
                print(f"\n{name}: {statistics.median(cost):.1%} of the rendering {how} "
                      f"(rounds: {', '.join(f'{part:.0%}' for part in cost)})")
    for own, other, what in RATIOS:
        if own in taken and other in taken:
            ratios = [RATES[what](mine) / RATES[what](its) for mine, its in zip(taken[own], taken[other])]
            ratio = medians[f"{own} / {other}"] = statistics.median(ratios)
            rounds = ", ".join(f"{ratio:.2f}" for ratio in ratios)
            print(f"\n{own}, packs {what}: {ratio:.2f} times {other} (rounds: {rounds})")
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
