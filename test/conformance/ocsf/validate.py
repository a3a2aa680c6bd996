# SPDX-License-Identifier: Apache-2.0
"""Validates exported findings against OCSF's own schema, made anew; says so where the schema kept beside the tests is another.

    validate.py KEPT_SCHEMA FILE...
"""
import json
import sys

from jsonschema import Draft202012Validator
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema


def main(kept, files):
    schema = OcsfJsonSchemaEmbedded(get_ocsf_schema("1.8.0")).get_class_schema("compliance_finding", [])
    with open(kept, encoding="utf-8") as file:
        differs = json.load(file) != json.loads(json.dumps(schema))
    if differs:
        print(f"{kept} is not what the package makes today: make it anew")
    validator = Draft202012Validator(schema)
    broken = dict.fromkeys(("OCSF does not have it",), "x")
    if not any(validator.iter_errors(broken)):
        raise SystemExit("the schema refuses nothing: it was not made whole")
    failures = 0
    for name in files:
        with open(name, encoding="utf-8") as lines:
            count = 0
            for number, line in enumerate(lines, 1):
                count += 1
                for error in validator.iter_errors(json.loads(line)):
                    failures += 1
                    print(f"{name}:{number}: {'/'.join(map(str, error.path))}: {error.message[:300]}")
        if count < 20:
            raise SystemExit(f"{name} has only {count} findings: it was not made as it should be")
        print(f"{count} findings of {name.rsplit('/', 1)[-1]} held against OCSF 1.8.0")
    raise SystemExit(1 if failures or differs else 0)


main(sys.argv[1], sys.argv[2:])
