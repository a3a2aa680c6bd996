# SPDX-License-Identifier: Apache-2.0
"""Parses each recorded answer of the AWS fixture server with botocore's own parser, and holds its XML or JSON against botocore's service
model: members that the model does not know, wrong types, foreign enum values, and missing required members fail. Answers marked
`must fail` have to; members named in `allowUnknown` may stand where the model has none."""
import base64
import json
import re
import sys
import xml.etree.ElementTree as ElementTree

import botocore
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.parsers import create_parser

ISO = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$")


SERVICES = (
    "iam", "sts", "cloudtrail", "secretsmanager", "ssm", "kms", "acm", "acm-pca", "ec2", "lightsail", "apigateway", "codebuild", "events", "rolesanywhere", "eks", "cognito-idp", "grafana", "transfer",
    "bedrock-agentcore-control", "iot", "account", "organizations", "access-analyzer", "lambda", "ecs",
)
# botocore writes this one otherwise than its requests do.
NAMES = {"access-analyzer": "accessanalyzer"}


def models():
    loader = Loader()
    return {name: ServiceModel(loader.load_service_model(NAMES.get(name, name), "service-2")) for name in SERVICES}


def local(element):
    return element.tag.rsplit("}", 1)[-1]


def held(element, shape, place, allowed, problems):
    """Walks an element along its shape."""
    kind = shape.type_name
    if kind == "structure":
        names = {member.serialization.get("name", name): (name, member) for name, member in shape.members.items()}
        seen = set()
        for child in element:
            name = local(child)
            if name not in names:
                if f"{shape.name}.{name}" not in allowed:
                    problems.append(f"{place}.{name}: {shape.name} has no such member")
                continue
            if name in seen:
                problems.append(f"{place}.{name}: stands twice")
            seen.add(name)
            held(child, names[name][1], f"{place}.{name}", allowed, problems)
        for name in shape.required_members:
            if shape.members[name].serialization.get("name", name) not in seen:
                problems.append(f"{place}.{name}: required and not there")
    elif kind == "list":
        if shape.serialization.get("flattened"):
            problems.append(f"{place}: flattened lists are not looked at here")
            return
        wanted = shape.member.serialization.get("name", "member")
        for index, child in enumerate(element):
            if local(child) != wanted:
                problems.append(f"{place}[{index}]: {local(child)} where {wanted} belongs")
            held(child, shape.member, f"{place}[{index}]", allowed, problems)
        if (element.text or "").strip():
            problems.append(f"{place}: text in a list")
    elif kind == "map":
        for entry in element:
            if [local(child) for child in entry] != ["key", "value"]:
                problems.append(f"{place}: an entry that is not key and value")
                continue
            held(entry[0], shape.key, f"{place} key {entry[0].text}", allowed, problems)
            held(entry[1], shape.value, f"{place}[{entry[0].text}]", allowed, problems)
    else:
        scalar(element, kind, shape, place, problems)


def held_json(value, shape, place, allowed, problems):
    """Walks a JSON value along its shape."""
    kind = shape.type_name
    if kind == "structure":
        if not isinstance(value, dict):
            problems.append(f"{place}: no object")
            return
        members = {member.serialization.get("name", name): member for name, member in shape.members.items()}
        for name, inner in value.items():
            if name not in members:
                if f"{shape.name}.{name}" not in allowed:
                    problems.append(f"{place}.{name}: {shape.name} has no such member")
                continue
            held_json(inner, members[name], f"{place}.{name}", allowed, problems)
        for name in shape.required_members:
            if shape.members[name].serialization.get("name", name) not in value:
                problems.append(f"{place}.{name}: required and not there")
    elif kind == "list":
        if not isinstance(value, list):
            problems.append(f"{place}: no list")
            return
        for index, inner in enumerate(value):
            held_json(inner, shape.member, f"{place}[{index}]", allowed, problems)
    elif kind == "timestamp" and shape.serialization.get("timestampFormat") == "iso8601":
        if not isinstance(value, str) or not ISO.match(value):
            problems.append(f"{place}: {value!r} is no timestamp as text")
    elif kind in ("integer", "long"):
        if isinstance(value, bool) or not isinstance(value, int):
            problems.append(f"{place}: {value!r} is no {kind}")
    elif kind == "boolean":
        if not isinstance(value, bool):
            problems.append(f"{place}: {value!r} is no boolean")
    elif kind == "map":
        for name, inner in value.items() if isinstance(value, dict) else ():
            held_json(inner, shape.value, f"{place}[{name}]", allowed, problems)
        if not isinstance(value, dict):
            problems.append(f"{place}: no map")
    elif kind == "timestamp":
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            problems.append(f"{place}: {value!r} is no number of seconds")
    elif kind == "string":
        values = getattr(shape, "enum", [])
        if not isinstance(value, str) or (values and value not in values):
            problems.append(f"{place}: {value!r} is no text of {shape.name}")
    else:
        problems.append(f"{place}: {kind} is not looked at here")


# LookupEvents requires no member of its answer by the model, and is none without its list.
JSON_ELEMENTS = {"LookupEvents": ("Events",), "ListSecrets": ("SecretList",), "GetApiKeys": ("item",)}


def json_problems(record, operation, parsed):
    """An answer in AWS JSON 1.1 against its operation."""
    problems = []
    if record["status"] >= 300:
        error = parsed.get("Error", {})
        declared = {(shape.metadata.get("error") or {}).get("code", shape.name) for shape in operation.error_shapes} | {shape.name for shape in operation.error_shapes}
        if error.get("Code") not in declared | JSON_COMMON:
            problems.append(f"{record['operation']} declares no error {error.get('Code')!r}")
        if not error.get("Message"):
            problems.append("an error without message")
        return problems
    body = json.loads(record["body"])
    held_json(body, operation.output_shape, record["operation"], set(record["allowUnknown"]), problems)
    problems += [f"{record['operation']}.{name}: not there" for name in JSON_ELEMENTS.get(record["operation"], ()) if name not in body]
    for event in body.get("Events", []) if record["operation"] == "LookupEvents" else []:
        # A text of its own, whose members no model names; that it is JSON of the same event is what can be said.
        detail = json.loads(event["CloudTrailEvent"])
        if (detail.get("eventID"), detail.get("eventName")) != (event["EventId"], event["EventName"]):
            problems.append(f"{event['EventId']}: its CloudTrailEvent is of another")
    return problems


def scalar(element, kind, shape, place, problems):
    text = element.text or ""
    if len(element):
        problems.append(f"{place}: elements in a {kind}")
    if kind == "boolean" and text not in ("true", "false"):
        problems.append(f"{place}: {text!r} is no boolean")
    elif kind in ("integer", "long") and not re.fullmatch(r"-?\d+", text):
        problems.append(f"{place}: {text!r} is no {kind}")
    elif kind == "timestamp" and not ISO.match(text):
        problems.append(f"{place}: {text!r} is no timestamp as IAM writes them")
    elif kind == "blob":
        try:
            base64.b64decode(text, validate=True)
        except ValueError:
            problems.append(f"{place}: not base64")
    elif kind == "string":
        values = getattr(shape, "enum", [])
        if values and text not in values:
            problems.append(f"{place}: {text!r} is none of {shape.name}")


# Common errors of all operations, which no operation of the model declares: https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
# InvalidInput: declared by other operations of IAM; how ListServiceSpecificCredentials refuses a form is documented nowhere.
COMMON = {"AccessDenied", "Throttling", "ExpiredToken", "ValidationError", "InvalidAction", "InvalidClientTokenId", "MissingAuthenticationToken", "InvalidInput"}

# The same of services that speak JSON: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/CommonErrors.html
JSON_COMMON = {"AccessDeniedException", "ThrottlingException", "ExpiredTokenException", "InternalFailure", "UnknownOperationException"}


def protocol_of(service):
    """The protocol of ours among those that a service speaks."""
    spoken = [service.metadata["protocol"], *service.metadata.get("protocols", [])]
    return next(name for name in ("query", "json", "rest-json", "ec2") if name in spoken)


def ec2_problems(record, operation, parsed):
    """An answer of EC2, whose root has the members themselves."""
    if record["status"] >= 300:
        return [] if parsed.get("Error", {}).get("Code") in COMMON | {"UnauthorizedOperation", "RequestLimitExceeded"} else [f"error {parsed.get('Error')}"]
    root = ElementTree.fromstring(record["body"])
    problems = []
    if local(root) != f"{record['operation']}Response":
        problems.append(f"root {root.tag}")
    for child in list(root):
        if local(child) == "requestId":
            root.remove(child)
    if [local(child) for child in root] != ["keySet"]:
        problems.append("keySet does not stand alone in the root")
    held(root, operation.output_shape, record["operation"], set(record["allowUnknown"]), problems)
    return problems


def problems_of(record, services):
    service = services[record["service"]]
    operation = service.operation_model(record["operation"])
    protocol = protocol_of(service)
    parser = create_parser(protocol)
    response = {"status_code": record["status"], "headers": record["headers"], "body": record["body"].encode()}
    problems = []
    try:
        parsed = parser.parse(response, operation.output_shape)
    except Exception as error:  # whatever botocore raises, it could not read the answer
        return [f"botocore cannot parse it: {type(error).__name__}: {error}"]
    if record["headers"].get("x-amzn-requestid") != parsed["ResponseMetadata"].get("RequestId"):
        problems.append("the request id of the header is not that of the body")
    if protocol in ("json", "rest-json"):
        return problems + json_problems(record, operation, parsed)
    if protocol == "ec2":
        return problems + ec2_problems(record, operation, parsed)
    root = ElementTree.fromstring(record["body"])
    uri = service.metadata["xmlNamespace"]
    if root.tag != f"{{{uri}}}{'ErrorResponse' if record['status'] >= 300 else record['operation'] + 'Response'}":
        problems.append(f"root {root.tag}")
        return problems
    if record["status"] >= 300:
        error = parsed.get("Error", {})
        declared = {(shape.metadata.get("error") or {}).get("code", shape.name): (shape.metadata.get("error") or {}).get("httpStatusCode") for shape in operation.error_shapes}
        code = error.get("Code")
        if code not in declared and code not in COMMON:
            problems.append(f"{record['operation']} declares no error {code!r}")
        elif declared.get(code) not in (None, record["status"]):
            problems.append(f"{code} has status {declared[code]}, not {record['status']}")
        if not error.get("Message") or error.get("Type") not in ("Sender", "Receiver"):
            problems.append("an error without message or type")
        return problems
    wrapper = operation.output_shape.serialization.get("resultWrapper")
    results = [child for child in root if local(child) == wrapper]
    if len(results) != 1 or [local(child) for child in root] != [wrapper, "ResponseMetadata"]:
        problems.append(f"{wrapper} and ResponseMetadata do not stand alone in the root")
        return problems
    held(results[0], operation.output_shape, record["operation"], set(record["allowUnknown"]), problems)
    return problems


def main():
    services = models()
    failed = 0
    seen = set()
    with open(sys.argv[1], encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    for record in records:
        seen.add(record["operation"])
        problems = problems_of(record, services)
        expected = record["note"].startswith("must fail")
        if expected == bool(problems):
            continue
        failed += 1
        for problem in problems or ["nothing was found wrong with it"]:
            print(f"{record['operation']} ({record['note'] or 'ok'}): {problem}")
    print(f"botocore {botocore.__version__}: {len(records)} answers of {len(seen)} operations, {failed} not as they should be")
    return 1 if failed or len(seen) < 50 else 0


if __name__ == "__main__":
    sys.exit(main())
