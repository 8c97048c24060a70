"""Settings: a working default for one machine, and a production that refuses to start unsafe."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from api.settings import CHECKOUT, Settings, SettingsError, load_settings
from api.vault import Vault, new_key_line

SECRET = "0Ab1cD-2eFg3hI_4jKl5mN-6oPq7rS" * 2


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable and no .env of the machine."""
    monkeypatch.chdir(tmp_path)


def test_a_first_start_makes_its_secrets_in_private_files_and_keeps_them(tmp_path: Path) -> None:
    first = load_settings(home=tmp_path / "home")
    again = load_settings(home=tmp_path / "home")
    assert first == again
    assert len(first.secret_key.get_secret_value()) >= 32
    assert Vault.from_text(first.encryption_keys.get_secret_value()).newest == 1
    assert first.database_url == f"sqlite:///{tmp_path / 'home' / 'allo.db'}"
    for name in ("secret_key", "encryption.keys"):
        assert stat.S_IMODE((tmp_path / "home" / name).stat().st_mode) == 0o600
    assert {path.name for path in (tmp_path / "home").iterdir()} == {"secret_key", "encryption.keys"}


def test_the_default_home_is_in_the_checkout() -> None:
    assert Settings(_env_file=None).home == CHECKOUT / ".allo"


def test_the_environment_and_env_file_are_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("ALLO_TERRITORY=60\nALLO_PORT=9000\nOTHER=1\n")
    monkeypatch.setenv("ALLO_PORT", "9001")
    settings = load_settings(home=tmp_path / "home")
    assert (settings.territory, settings.port) == ("60", 9001)


def test_no_secret_shows_in_a_representation(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path, database_url="postgresql://allo:motdepasse@db/allo", telegram_token="jeton")
    shown = repr(settings) + str(settings)
    for secret in (settings.secret_key.get_secret_value(), settings.encryption_keys.get_secret_value()):
        assert secret not in shown
    assert "motdepasse" not in shown
    assert "jeton" not in shown


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"secret_key": ""}, "ALLO_SECRET_KEY"),
        ({"secret_key": "change-me"}, "ALLO_SECRET_KEY"),
        ({"secret_key": "a" * 64}, "ALLO_SECRET_KEY"),
        ({"encryption_keys": ""}, "ALLO_ENCRYPTION_KEYS"),
        ({"territory": "demo"}, "ALLO_TERRITORY"),
    ],
)
def test_production_refuses_to_start_in_one_sentence(tmp_path: Path, given: dict[str, str], named: str) -> None:
    good = {"secret_key": SECRET, "encryption_keys": new_key_line(1), "territory": "60"}
    assert load_settings(env="production", home=tmp_path, **good).env == "production"
    with pytest.raises(SettingsError, match=named) as refused:
        load_settings(env="production", home=tmp_path, **{**good, **given})
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "given",
    [
        {"encryption_keys": "1:motdepasse"},
        {"port": "motdepasse"},
        {"env": "motdepasse"},
        {"max_text": 0},
        {"database_url": "mysql://motdepasse@db"},
        {"database_url": "sqlite://"},
    ],
)
def test_a_value_that_makes_no_sense_is_named_and_not_quoted(tmp_path: Path, given: dict[str, str]) -> None:
    with pytest.raises(SettingsError) as refused:
        load_settings(home=tmp_path, **given)
    assert "motdepasse" not in str(refused.value)
    assert "\n" not in str(refused.value)
