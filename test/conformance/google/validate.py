# SPDX-License-Identifier: Apache-2.0
"""Holds each recorded exchange with the fixture server of Google Cloud against Google's own discovery documents, as they ship with google-api-python-client: the method that answers at that path, its
parameters and body, the fields that the mask asks for, and every member, type and enum value of the answer. Whatever no document has fails."""
import json
import os
import re
import sys
from urllib.parse import parse_qsl, unquote, urlsplit

import googleapiclient

DOCUMENTS = os.path.join(os.path.dirname(googleapiclient.__file__), "discovery_cache", "documents")
# Which document describes a service at a version that stands in its paths. The client library for pools asks at v1beta, of which no document is shipped: what it asks and is answered has the shape of v1.
VERSIONS = {("iam", "v1beta"): "v1", ("storage", "storage"): "v1"}
# Of this version no document is shipped either, and no other has its shape: record.ts holds it against the message types that come with the client library.
HELD_ELSEWHERE = {("iam", "v3")}
# System parameters: https://cloud.google.com/apis/docs/system-parameters
SYSTEM = {"fields", "key", "alt", "$alt", "prettyPrint", "quotaUser"}


def document(service, version):
    with open(os.path.join(DOCUMENTS, f"{service}.{version}.json"), encoding="utf-8") as file:
        return json.load(file)


def methods(resource):
    yield from resource.get("methods", {}).values()
    for inner in resource.get("resources", {}).values():
        yield from methods(inner)


def pattern(doc, method):
    path = doc.get("servicePath", "") + method.get("flatPath", method["path"])
    return re.compile("^/" + re.sub(r"\\\{[^}]+\\\}", "[^/]+", re.escape(path)) + "$")


def found(doc, verb, path):
    candidates = [method for method in methods(doc) if method["httpMethod"] == verb and pattern(doc, method).match(path)]
    # The one with the most fixed text: `…/locations/-/clusters` beside `…/{name}`.
    return max(candidates, key=lambda method: len(re.sub(r"\{[^}]+\}", "", method.get("flatPath", method["path"]))), default=None)


def held(doc, schema, value, place, problems):
    schema = doc["schemas"][schema["$ref"]] if "$ref" in schema else schema
    kind = schema.get("type")
    if kind == "object":
        if not isinstance(value, dict):
            problems.append(f"{place}: not an object")
            return
        more = schema.get("additionalProperties")
        for name, inner in value.items():
            own = schema.get("properties", {}).get(name)
            if own is None and more is None:
                problems.append(f"{place}.{name}: {schema.get('id', 'the object')} has no such member")
            else:
                held(doc, own or more, inner, f"{place}.{name}", problems)
    elif kind == "array":
        if not isinstance(value, list):
            problems.append(f"{place}: not a list")
            return
        for index, inner in enumerate(value):
            held(doc, schema["items"], inner, f"{place}[{index}]", problems)
    elif kind == "any":
        return
    elif kind == "string":
        if not isinstance(value, str):
            problems.append(f"{place}: not a text")
        elif "enum" in schema and value not in schema["enum"]:
            problems.append(f"{place}: {value} is none of {schema['enum']}")
        elif schema.get("format") in ("google-datetime", "date-time") and not re.match(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$", value):
            problems.append(f"{place}: {value} is no moment")
    elif kind == "boolean" and not isinstance(value, bool):
        problems.append(f"{place}: not true or false")
    elif kind in ("integer", "number") and (isinstance(value, bool) or not isinstance(value, (int, float))):
        problems.append(f"{place}: not a number")


def masked(doc, schema, mask, problems):
    """Every field that a mask names is a member of the answer."""
    for name, inner in re.findall(r"([A-Za-z]+)(?:\(([^)]*)\))?", mask):
        own = doc["schemas"][schema["$ref"]]["properties"].get(name)
        if own is None:
            problems.append(f"fields: {name} is no member of {schema['$ref']}")
            continue
        if inner == "":
            continue
        item = own.get("items", own)
        properties = doc["schemas"][item["$ref"]]["properties"]
        for part in inner.split(","):
            # `oidc/issuerUri`: one member of a member.
            outer, _, within = part.partition("/")
            if outer not in properties:
                problems.append(f"fields: {part} is no member of {item['$ref']}")
            elif within and within not in doc["schemas"][properties[outer]["$ref"]]["properties"]:
                problems.append(f"fields: {within} is no member of {properties[outer]['$ref']}")


def judge(record):
    problems = []
    url = urlsplit(record["url"])
    if record["service"] is None:
        return None if record["operation"] == "ExchangeToken" else ["an operation that no table names"]
    version = url.path.split("/")[1]
    if (record["service"], version) in HELD_ELSEWHERE:
        return record["problems"]
    version = VERSIONS.get((record["service"], version), version)
    doc = document(record["service"], version)
    # A name that holds slashes in code is one part of a path.
    path = unquote(url.path.replace("%2F", "%252F")).replace("/v1beta/", "/v1/")
    method = found(doc, record["method"], path)
    if method is None:
        return [f"{record['method']} {path}: {record['service']} {version} has no such method"]
    parameters = dict(parse_qsl(url.query))
    for name, value in parameters.items():
        if name in SYSTEM:
            continue
        known = method.get("parameters", {}).get(name)
        if known is None or known.get("location") != "query":
            problems.append(f"{name} is no parameter of {method['id']}")
        elif known.get("type") == "integer" and not value.isdigit():
            problems.append(f"{name}={value}: not a number")
        elif "enum" in known and value not in known["enum"]:
            problems.append(f"{name}={value}: none of {known['enum']}")
    if "fields" in parameters:
        masked(doc, method["response"], parameters["fields"], problems)
    if record["method"] == "POST" and "request" in method:
        held(doc, method["request"], json.loads(record["asked"] or "{}"), "request", problems)
    elif record["asked"] not in ("", "{}"):
        problems.append("a body, where the method takes none")
    if record["status"] == 200:
        held(doc, method["response"], json.loads(record["answer"]), method["id"], problems)
    return problems


def main():
    wrong = 0
    seen = {}
    with open(sys.argv[1], encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            problems = judge(record)
            if problems is None:
                continue
            seen[record["operation"]] = seen.get(record["operation"], 0) + 1
            for problem in sorted(set(problems)):
                wrong += 1
                print(f"{record['operation']}: {problem}")
    if not seen:
        print("nothing was recorded")
        return 1
    print(f"Google discovery documents: {sum(seen.values())} exchanges of {len(seen)} methods, {wrong} not as they should be")
    return 1 if wrong > 0 else 0


if __name__ == "__main__":
    sys.exit(main())
