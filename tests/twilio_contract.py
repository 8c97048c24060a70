"""Twilio's own description of its REST interface, and what it says of a request. Taken from npm at test time."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema_rs

from tests.kit import cannot_run

ROOT = Path(__file__).resolve().parents[1]
PACKAGE, VERSION = "@twilio/cli-core", "8.3.2"
SHA512 = "qRTAZS15i/nseKHu2zZIb1BD78WFRVOWM65iC9JqjZdNpz5KQaiEI1klsLcWDi1pwXH9JG6pbFXJrIiYRJw/dw=="
INSIDE = "package/src/services/twilio-api/twilio_api_v2010.json"
SECONDS = 120
FORM = "application/x-www-form-urlencoded"
NUMBER = re.compile(r"\+[1-9]\d{6,14}|\d{5}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?")

Fields = Mapping[str, list[str]]


@dataclass(frozen=True)
class Operation:
    """One thing that the interface does: its method, its path, and what it may be given."""

    method: str
    path: re.Pattern[str]
    parameters: dict[str, Any]
    form: dict[str, Any]
    answer: tuple[str, ...]


class Contract:
    """What Twilio publishes. `problems` says why a request does not suit it."""

    def __init__(self, spec: Mapping[str, Any]) -> None:
        self._components = spec["components"]
        self.operations = {
            (method.upper(), path): self._operation(method.upper(), path, described)
            for path, methods in spec["paths"].items()
            for method, described in methods.items()
            if method in ("get", "post", "delete")
        }

    def problems(self, method: str, path: str, query: Fields, form: Fields) -> list[str]:
        """Why Twilio would not take this request; nothing when it would."""
        known = [operation for operation in self.operations.values() if operation.path.fullmatch(path)]
        operation = next((operation for operation in known if operation.method == method), None)
        if operation is None:
            return [f"{method} is not allowed there" if known else f"no such path: {path}"]
        matched = operation.path.fullmatch(path)
        assert matched
        found = {name: [value] for name, value in matched.groupdict().items()}
        return [*self._wrong(operation.parameters, {**found, **query}), *self._wrong(operation.form, form)]

    def _operation(self, method: str, path: str, described: Mapping[str, Any]) -> Operation:
        parameters = described.get("parameters", ())
        body = described.get("requestBody", {}).get("content", {}).get(FORM, {}).get("schema", {})
        inputs = {
            "properties": {parameter["name"]: parameter["schema"] for parameter in parameters},
            "required": [parameter["name"] for parameter in parameters if parameter.get("required")],
        }
        answers = [answer for code, answer in described["responses"].items() if code.startswith("2")]
        schema = next((a["content"]["application/json"]["schema"] for a in answers if a.get("content")), {})
        keys = tuple(self._followed(schema).get("properties", ()))
        return Operation(method, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+?)", path)), inputs, body, keys)

    def _wrong(self, schema: Mapping[str, Any], given: Fields) -> Iterator[str]:
        properties = schema.get("properties", {})
        for name, values in given.items():
            if name not in properties:
                yield f"{name} is not known"
            else:
                yield from (f"{name}: {error}" for error in self._errors(properties[name], values))
        yield from (f"{name} is missing" for name in schema.get("required", ()) if name not in given)

    def _errors(self, schema: Mapping[str, Any], values: list[str]) -> Iterator[str]:
        schema = self._followed(schema)
        if schema.get("type") == "array":
            schema = self._followed(schema["items"])
        elif len(values) > 1:
            yield "given several times"
        validator = jsonschema_rs.Draft202012Validator(
            {"components": self._components, **schema},
            formats={"phone-number": _number, "uri": _uri, "date-time": _date, "http-method": _method},
            validate_formats=True,
        )
        for value in values:
            yield from (error.message for error in validator.iter_errors(_typed(value, schema.get("type"))))

    def _followed(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        reference = schema.get("$ref")
        return dict(self._components["schemas"][reference.rpartition("/")[2]]) if reference else dict(schema)


def _typed(value: str, kind: str | None) -> Any:
    """A field of a form as the schema means it; left as text where it is not of that type."""
    if kind == "boolean" and value in ("true", "false"):
        return value == "true"
    try:
        return {"integer": int, "number": float}[kind](value) if kind in ("integer", "number") else value
    except ValueError:
        return value


def _number(text: str) -> bool:
    return NUMBER.fullmatch(text) is not None


def _uri(text: str) -> bool:
    return urlsplit(text).scheme in ("http", "https") and "." in (urlsplit(text).hostname or "")


def _date(text: str) -> bool:
    return DATE.fullmatch(text) is not None


def _method(text: str) -> bool:
    return text in ("GET", "POST")


@cache
def contract() -> Contract:
    """The contract, from the package kept in the tests' cache. Without npm or the network the test cannot run."""
    folder = Path(os.environ.get("ALLO_TEST_CACHE") or ROOT / ".allo" / "test-cache") / "twilio"
    package = folder / f"twilio-cli-core-{VERSION}.tgz"
    if not package.exists():
        _fetch(package)
    digest = base64.b64encode(hashlib.sha512(package.read_bytes()).digest()).decode()
    assert digest == SHA512, f"{package.name} is not the package that was published: remove it, and try again"
    with tarfile.open(package) as packed:
        file = packed.extractfile(INSIDE)
        assert file
        return Contract(json.load(file))


def _fetch(package: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        cannot_run("no npm on this machine: calls to Twilio are not checked against its own description")
    package.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=package.parent) as apart:
        asked = [npm, "pack", f"{PACKAGE}@{VERSION}", "--ignore-scripts", "--silent", "--pack-destination", apart]
        try:
            subprocess.run(asked, check=True, capture_output=True, timeout=SECONDS, cwd=apart)
        except (subprocess.SubprocessError, OSError) as error:
            cannot_run(f"npm could not get {PACKAGE}: {type(error).__name__}; calls to Twilio are not checked")
        Path(apart, package.name).replace(package)
