#!/usr/bin/env python3
"""Judges YAML or JSON files by a JSON Schema (2020-12 unless the schema says otherwise).

`schema.py SCHEMA FILE...`, where SCHEMA is what `raadspost schema` prints.
"""

import json
import pathlib
import re
import sys

import jsonschema
import yaml
from verdicts import main


class PlainLoader(yaml.SafeLoader):
    """Reads YAML as YAML 1.2 does where the two differ for us: a date stays text, `yes` a word."""


PlainLoader.yaml_implicit_resolvers = {
    letter: [(tag, form) for tag, form in forms if tag not in ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool")]
    for letter, forms in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
PlainLoader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)


def judge_by(schema):
    """A judge that validates by this schema; raises if the schema itself is invalid."""
    kind = jsonschema.validators.validator_for(schema, default=jsonschema.Draft202012Validator)
    kind.check_schema(schema)
    validator = kind(schema)

    def judge(path):
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=PlainLoader)
        errors = sorted(validator.iter_errors(content), key=lambda error: list(map(str, error.absolute_path)))
        return [f"{error.json_path}: {error.message}" for error in errors]

    return judge


def changed(change):
    """A damage that changes the content, and writes it as JSON, which is YAML too."""

    def damage(data):
        return json.dumps(change(yaml.load(data, Loader=PlainLoader)), ensure_ascii=False).encode()

    return damage


def first_key(content):
    """The first key of the content, which must be a mapping."""
    return next(iter(content))


DAMAGES = {
    "it has a key that does not exist": changed(lambda content: {**content, "onbekende-sleutel": 1}),
    "its first value is a list of nothing": changed(lambda content: {**content, first_key(content): [None]}),
    "it is a list": changed(lambda content: [content]),
    "it is empty": lambda data: b"",
    "it is not YAML": lambda data: data + b"\n]: [\n",
}

if __name__ == "__main__":
    # The schema is the first positional argument; the others are the files.
    place = next((at for at, word in enumerate(sys.argv) if at > 0 and not word.startswith("-")), None)
    if place is None:
        sys.exit("usage: schema.py [--selftest] SCHEMA FILE...")
    by = judge_by(json.loads(pathlib.Path(sys.argv.pop(place)).read_text(encoding="utf-8")))
    sys.exit(main("schema", by, changed(lambda content: content), DAMAGES))
