"""Attacks on the programme: each is a row of `attacks.py`, and is refused with its cause or made right.

    run.py PROGRAMME [--quick] [--only TEXT] [--jobs N]

An attack fails if the programme dies of a signal or a panic, takes more than 5 s of processor time
or 512 MB of memory, refuses without a cause and a place, writes or removes anything outside its own
folders, delivers a Word file that is no XML, or ends otherwise than its row says. Prints a line for
each failure and one with the counts; exit status 1 if there is a failure.
"""

import argparse
import concurrent.futures
import hashlib
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import zipfile
from pathlib import Path
from xml.parsers import expat

import attacks

SECONDS = 5.0
MEGABYTES = 512
# A process that asks for more is ended by the system, and not the machine with it.
ADDRESS_SPACE = 4 << 30
# Wall time after which a process is taken to hang; machines that run the tests may be busy.
PATIENCE = 120


class Ended:
    """How a process ended: exit status or signal, what it said, and what it took."""

    def __init__(self, arguments, folder, stdin=None, stdout=subprocess.PIPE, limits=()):
        def limited():
            os.setsid()
            resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
            resource.setrlimit(resource.RLIMIT_CPU, (30, 40))
            for limit, value in limits:
                resource.setrlimit(limit, (value, value))

        environment = {
            "PATH": os.environ["PATH"], "HOME": str(folder), "NO_COLOR": "1", "LC_ALL": "en_GB.UTF-8",
        }
        said = tempfile.TemporaryFile()
        target = said if stdout == subprocess.PIPE else stdout
        child = subprocess.Popen(
            arguments, cwd=folder, stdin=stdin or subprocess.DEVNULL, stdout=target, stderr=said,
            # A write beyond the limit of a file's size is an error, and no signal.
            env=environment, preexec_fn=limited, restore_signals=False,
        )
        self.hung = False

        def end():
            self.hung = True
            os.killpg(child.pid, signal.SIGKILL)

        timer = threading.Timer(PATIENCE, end)
        timer.start()
        _, status, usage = os.wait4(child.pid, 0)
        timer.cancel()
        child.returncode = 0
        self.signal = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        self.status = os.WEXITSTATUS(status) if os.WIFEXITED(status) else -1
        self.seconds = usage.ru_utime + usage.ru_stime
        self.megabytes = usage.ru_maxrss * 1024 / 1e6
        said.seek(0)
        # Of a flood of messages the beginning is enough.
        self.said = said.read(4 << 20).decode("utf-8", "replace")
        said.close()


def snapshot(folder):
    """What is in a folder: path, kind and digest of each entry; links are not followed."""
    found = {}
    for root, folders, files in os.walk(folder):
        for name in folders + files:
            path = os.path.join(root, name)
            key = os.path.relpath(path, folder)
            if os.path.islink(path):
                found[key] = ("link", os.readlink(path))
            elif os.path.isfile(path):
                found[key] = ("file", hashlib.sha256(Path(path).read_bytes()).hexdigest())
            else:
                found[key] = ("folder", "")
    return found


def broken_word(folder):
    """The first part of a Word file below a folder that is no XML."""
    for path in Path(folder).rglob("*.docx"):
        if path.is_symlink():
            continue
        with zipfile.ZipFile(path) as package:
            for part in package.namelist():
                if part.endswith((".xml", ".rels")):
                    try:
                        expat.ParserCreate().Parse(package.read(part), True)
                    except expat.ExpatError as error:
                        return f"{path.name}: {part}: {error}"
    return None


# A refusal names its cause by a code, or is one line of a command that could not run.
CAUSE = re.compile(r"^error(\[[a-z0-9-]+\]| ?:)", re.M)
# Control characters, C1 and those that turn the direction of text: none reaches a terminal raw.
RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def judged(attack, ended):
    """What is wrong with how an attack ended; none if nothing is."""
    if ended.hung:
        return f"hangs: no end after {PATIENCE} s"
    if ended.signal:
        return f"dies of signal {ended.signal}"
    if "panicked" in ended.said:
        return "panics: " + ended.said[ended.said.index("panicked"):][:160]
    if ended.status not in (0, 1, 2):
        return f"exit status {ended.status}"
    if ended.seconds > attack.get("seconds", SECONDS):
        return f"slow: {ended.seconds:.1f} s"
    if ended.megabytes > MEGABYTES:
        return f"fat: {ended.megabytes:.0f} MB"
    raw = RAW.search(ended.said)
    if raw:
        return f"says the raw character U+{ord(raw[0]):04X}"
    refused = ended.status != 0
    want = attack["want"]
    if want == "refused" and not refused:
        return "made, exit status 0"
    if want == "made" and refused:
        return f"refused: {ended.said[:300]!r}"
    if refused and not CAUSE.search(ended.said):
        return f"refused without a cause: {ended.said[:200]!r}"
    says = attack.get("says")
    if refused and says and says not in ended.said:
        return f"does not say {says!r}: {ended.said[:300]!r}"
    return None


def tried(programme, attack):
    """Makes the folder of an attack, runs its command, and judges it."""
    with tempfile.TemporaryDirectory(prefix="attack-") as top:
        desk = Path(top) / "desk"
        outside = Path(top) / "outside"
        desk.mkdir()
        outside.mkdir()
        (outside / "victim.txt").write_text("the victim\n")
        try:
            attacks.prepare(attack, desk, outside, programme)
        except subprocess.CalledProcessError as error:
            return f"cannot be prepared: {error.stderr!r}"
        before = snapshot(outside)
        where = attack["where"]() if "where" in attack else ""
        arguments = [programme, *(where if part == "@" else part for part in attack["run"])]
        stdout = open(attack["stdout"], "w") if "stdout" in attack else subprocess.PIPE
        ended = Ended(arguments, desk, stdout=stdout, limits=attack.get("limits", ()))
        wrong = judged(attack, ended)
        if wrong is None and snapshot(outside) != before:
            wrong = "changes what is outside"
        if wrong is None and ended.status == 0:
            wrong = broken_word(desk)
        if wrong is None and attack.get("then"):
            for command in attack["then"]:
                again = Ended([programme, *command], desk)
                if again.status != 0:
                    wrong = f"{command[0]} then says: {again.said[:300]!r}"
        for link in Path(top).rglob("*"):
            if link.is_symlink():
                link.unlink()
        return wrong and f"{wrong} ({ended.seconds:.1f} s, {ended.megabytes:.0f} MB)"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("programme", type=os.path.abspath)
    parser.add_argument("--quick", action="store_true", help="only the rows marked as quick")
    parser.add_argument("--only", default="", help="only attacks whose name has this text")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    rows = [
        row for row in attacks.ROWS
        if options.only in row["id"] and (row.get("quick") or not options.quick)
    ]
    names = [row["id"] for row in rows]
    assert len(set(names)) == len(names), "two attacks have one name"
    failures = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for row, wrong in zip(rows, pool.map(lambda row: tried(options.programme, row), rows)):
            if wrong:
                failures += 1
                print(f"{row['id']}: {wrong}", flush=True)
    print(f"{len(rows)} attacks, {failures} failures")
    sys.exit(1 if failures or not rows else 0)


if __name__ == "__main__":
    main()
