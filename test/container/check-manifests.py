"""Holds Kubernetes manifests against the API's own schema, as the generated client of Debian's python3-kubernetes has it:
unknown keys, missing keys and wrong types. Prints one fault a line: DOCUMENT PATH: fault."""
import datetime
import re
import sys

import yaml
from kubernetes.client import models

SCALARS = {"str": str, "int": int, "bool": bool, "float": (int, float), "object": object, "datetime": datetime.datetime}


def model_of(document):
    """The client's class for apiVersion and kind: apps/v1 Deployment is V1Deployment."""
    version = document["apiVersion"].split("/")[-1]
    return getattr(models, version[0].upper() + version[1:] + document["kind"], None)


def check_model(model, value, path):
    if not isinstance(value, dict):
        yield f"{path}: not a map"
        return
    names = {wire: name for name, wire in model.attribute_map.items()}
    for key, inner in value.items():
        if key not in names:
            yield f"{path}.{key}: unknown key"
        else:
            yield from check_type(model.openapi_types[names[key]], inner, f"{path}.{key}")
    try:
        # Its setters refuse None for what is required.
        model(**{names[key]: inner for key, inner in value.items() if key in names})
    except ValueError as error:
        yield f"{path}: {error}"


def check_type(wanted, value, path):
    listed = re.fullmatch(r"list\[(.*)\]", wanted)
    mapped = re.fullmatch(r"dict\(str, (.*)\)", wanted)
    if listed:
        if not isinstance(value, list):
            yield f"{path}: not a list"
            return
        for place, inner in enumerate(value):
            yield from check_type(listed[1], inner, f"{path}[{place}]")
    elif mapped:
        if not isinstance(value, dict):
            yield f"{path}: not a map"
            return
        for key, inner in value.items():
            yield from check_type(mapped[1], inner, f"{path}.{key}")
    elif wanted in SCALARS:
        if not isinstance(value, SCALARS[wanted]) or (wanted == "int" and isinstance(value, bool)):
            yield f"{path}: {value!r} is no {wanted}"
    else:
        yield from check_model(getattr(models, wanted), value, path)


def check_file(file):
    with open(file, encoding="utf-8") as text:
        for document in yaml.safe_load_all(text):
            title = f"{document.get('kind')}/{document.get('metadata', {}).get('name')}"
            model = model_of(document)
            if model is None:
                yield f"{title}: no {document['kind']} in {document['apiVersion']}"
            else:
                yield from check_model(model, document, title)


faults = [fault for file in sys.argv[1:] for fault in check_file(file)]
print("\n".join(faults))
sys.exit(1 if faults else 0)
