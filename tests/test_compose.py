"""docker-compose.yml is valid and locked down, holds no secret, and gives all that production refuses to be without."""

from __future__ import annotations

import ast
import base64
import importlib.resources
import json
import os
import re
from pathlib import Path
from typing import Any

import check_jsonschema
import jsonschema
import pytest
import yaml

from api.settings import Settings, SettingsError, load_settings

ROOT = Path(__file__).parents[1]
COMPOSE_TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(COMPOSE_TEXT)
SERVICES: dict[str, Any] = COMPOSE["services"]
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
DOCKERFILES = {"api": ROOT / "api" / "Dockerfile", "rasa": ROOT / "nlu" / "Dockerfile"}
VARIABLE = re.compile(r"\$\{(\w+)(?:(:\?|:-)([^}]*))?\}")


class Missing(Exception):
    """What Compose says when a `${NAME:?why}` has no value."""


def interpolated(value: str, given: dict[str, str]) -> str:
    """`value` as Compose reads it."""

    def one(match: re.Match[str]) -> str:
        name, kind, word = match.groups()
        if given.get(name):
            return given[name]
        if kind == ":?":
            raise Missing(f"{name}: {word}")
        return word or ""

    return VARIABLE.sub(one, value)


def environment(service: str, given: dict[str, str]) -> dict[str, str]:
    """The variables that a container gets."""
    return {name: interpolated(str(value), given) for name, value in SERVICES[service]["environment"].items()}


def filled_in() -> dict[str, str]:
    """.env.example with every empty value given, as its comments say to."""
    return {
        "ALLO_PUBLIC_URL": "https://allo.exemple.fr",
        "ALLO_TERRITORY": "somewhere",
        "ALLO_SECRET_KEY": "wq7Zr0cXhT9uKpLs2VbNm4YdEgJfQaR8iOxW3yBt",
        "ALLO_ENCRYPTION_KEYS": "1:" + base64.b64encode(bytes(range(32))).decode(),
        "ALLO_RASA_TOKEN": "5d1f0e",
        "POSTGRES_PASSWORD": "3b9a",
    }


# --- docker-compose.yml


def test_compose_file_is_valid() -> None:
    schema = importlib.resources.files(check_jsonschema) / "builtin_schemas" / "vendor" / "compose-spec.json"
    rules = json.loads(schema.read_text(encoding="utf-8"))
    validator = jsonschema.validators.validator_for(rules)(rules)
    assert [f"{error.json_path}: {error.message}" for error in validator.iter_errors(COMPOSE)] == []


def test_the_three_services_and_nothing_that_they_lack() -> None:
    assert set(SERVICES) == {"api", "rasa", "postgres"}
    for service in SERVICES.values():
        assert set(service["networks"]) <= set(COMPOSE["networks"])
        named = {volume.split(":")[0] for volume in service.get("volumes", ())}
        assert named <= set(COMPOSE["volumes"])
        assert set(service.get("depends_on", ())) <= set(SERVICES)


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_is_locked_down(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "cap_add", "network_mode", "pid"} & set(service)
    assert "/tmp" in service["tmpfs"]


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_has_a_health_check(name: str) -> None:
    check = SERVICES[name]["healthcheck"]
    assert check["test"][0] == "CMD"
    assert check["retries"] >= 1
    said = " ".join(check["test"])
    assert {"api": '"/healthz"', "rasa": '"/status"', "postgres": "pg_isready"}[name] in said
    if name != "postgres":
        ast.parse(check["test"][3])
        port = {"api": Settings.model_fields["port"].default, "rasa": 5005}[name]
        assert f'"127.0.0.1", {port}' in said


def test_only_the_service_can_be_reached_and_only_from_this_machine() -> None:
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"api"}
    assert SERVICES["api"]["ports"] == ["127.0.0.1:8000:8000"]
    for name in ("rasa", "postgres"):
        assert SERVICES[name]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"]["internal"] is True


def test_the_database_outlives_its_container() -> None:
    assert SERVICES["postgres"]["volumes"] == ["database:/var/lib/postgresql/data"]
    assert SERVICES["api"]["depends_on"]["postgres"] == {"condition": "service_healthy"}


def test_no_service_waits_for_rasa() -> None:
    assert SERVICES["api"]["depends_on"]["rasa"] == {"condition": "service_started"}


# --- settings and secrets


def test_every_variable_is_a_setting() -> None:
    settings = {f"ALLO_{name.upper()}" for name in Settings.model_fields}
    dockerfiles = "".join(path.read_text(encoding="utf-8") for path in DOCKERFILES.values())
    named = set(re.findall(r"\bALLO_[A-Z_]+\b", COMPOSE_TEXT + EXAMPLE + dockerfiles))
    assert named - settings == set()


def test_what_has_to_be_filled_in_is_empty() -> None:
    assert set(re.findall(r"^([A-Z_]+)=$", EXAMPLE, re.MULTILINE)) == set(filled_in())


def test_optional_values_are_the_defaults() -> None:
    for name, value in re.findall(r"^# ALLO_([A-Z_]+)=(.*)$", EXAMPLE, re.MULTILINE):
        default = Settings.model_fields[name.lower()].default
        assert (str(default).lower() if isinstance(default, bool) else str(default)) == value, name


def test_no_secret_has_a_value() -> None:
    for name, service in SERVICES.items():
        for variable, value in service["environment"].items():
            if re.search(r"TOKEN|KEY|PASSWORD|SECRET", variable):
                assert re.fullmatch(r"\$\{\w+:\?[^}]+\}", value), f"{name}: {variable}"
    assert re.search(
        r"//allo:\$\{POSTGRES_PASSWORD:\?[^}]+\}@postgres", SERVICES["api"]["environment"]["ALLO_DATABASE_URL"]
    )
    assert not re.findall(r"^[A-Z_]+=.+$", EXAMPLE, re.MULTILINE), (
        "a value in .env.example is a default secret or setting"
    )


def test_rasa_and_postgres_get_only_their_own_secret() -> None:
    assert set(SERVICES["rasa"]["environment"]) == {"ALLO_RASA_TOKEN"}
    assert "env_file" not in SERVICES["rasa"]
    assert "env_file" not in SERVICES["postgres"]
    assert "ALLO_" not in str(SERVICES["postgres"]["environment"])


@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """A process without any setting, in a folder without .env."""
    for name in [name for name in os.environ if name.startswith("ALLO_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return monkeypatch


def test_production_starts_with_what_compose_gives(production: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in environment("api", filled_in()).items():
        production.setenv(name, value)
    settings = load_settings(home=tmp_path / "home")
    assert settings.env == "production"
    assert settings.rasa_token.get_secret_value() == filled_in()["ALLO_RASA_TOKEN"]
    assert settings.database_url == "postgresql://allo:3b9a@postgres:5432/allo"
    assert not list((tmp_path / "home").iterdir()), "production keeps nothing in the container"


@pytest.mark.parametrize("name", filled_in())
def test_compose_says_what_is_missing(name: str) -> None:
    with pytest.raises(Missing, match=name):
        environment("api", {**filled_in(), name: ""})


@pytest.mark.parametrize("name", ["ALLO_SECRET_KEY", "ALLO_ENCRYPTION_KEYS", "ALLO_TERRITORY"])
def test_compose_gives_all_that_production_refuses_to_be_without(
    production: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    for variable, value in environment("api", filled_in()).items():
        production.setenv(variable, value)
    production.delenv(name)
    with pytest.raises(SettingsError, match=name):
        load_settings(home=tmp_path / "home")
