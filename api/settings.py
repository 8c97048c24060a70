"""Settings of the service: `ALLO_*` variables and `.env`, with a working default for one machine."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from api.vault import KEYS_HEADER, VaultError, new_key_line, parse_keys

CHECKOUT = Path(__file__).resolve().parents[1]
SECRET_FILE = "secret_key"
KEYS_FILE = "encryption.keys"
DEMO_TERRITORY = "demo"
SECRET_LENGTH = 32
AUTHOR_KEY_LENGTH = 24


class SettingsError(Exception):
    """The service cannot start with these settings. The message is one clear sentence, without any value."""


class Settings(BaseSettings):
    """What may be set. Build it with `load_settings`, which also fills in what a first start has to make."""

    model_config = SettingsConfigDict(
        env_prefix="ALLO_", env_file=".env", extra="ignore", hide_input_in_errors=True, frozen=True
    )

    env: Literal["dev", "production"] = "dev"
    home: Path = CHECKOUT / ".allo"
    database_url: str = Field(default="", repr=False)
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    public_url: str = "http://localhost:8000"
    rasa_url: str | None = Field(default=None, repr=False)
    rasa_token: SecretStr = SecretStr("")
    light_nlu: bool = False
    territory: str = DEMO_TERRITORY
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    secret_key: SecretStr = SecretStr("")
    encryption_keys: SecretStr = SecretStr("")
    author_key: SecretStr = SecretStr("")

    telegram_token: SecretStr = SecretStr("")
    telegram_secret: SecretStr = SecretStr("")
    telegram_api_url: str = "https://api.telegram.org"
    telegram_mode: Literal["webhook", "polling"] | None = None
    speech_model: Path | None = None
    twilio_account_sid: str = ""
    twilio_auth_token: SecretStr = SecretStr("")
    twilio_number: str = ""
    twilio_sender: str = ""
    twilio_api_url: str = "https://api.twilio.com"

    voice_call_minutes: int = Field(default=60, ge=1, le=240)
    voice_silence_seconds: int = Field(default=8, ge=3, le=60)
    voice_hold_minutes: int = Field(default=10, ge=1, le=60)
    voice_transfer_seconds: int = Field(default=25, ge=5, le=120)
    voice_transfers: int = Field(default=2, ge=0, le=5)

    quiet_from: int = Field(default=21, ge=12, le=24)
    quiet_until: int = Field(default=8, ge=0, le=12)
    pushes_a_day: int = Field(default=3, ge=0)
    send_for_hours: int = Field(default=24, ge=1)
    link_code_minutes: int = Field(default=15, ge=1, le=60)
    link_tries: int = Field(default=5, ge=1)

    team_without_accounts: bool = False
    console_second_factor: bool = True
    console_idle_minutes: int = Field(default=60, ge=5, le=24 * 60)
    console_session_hours: int = Field(default=12, ge=1, le=72)
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_second_factor: bool = False
    oidc_trust_email: bool = False
    smtp_url: SecretStr = SecretStr("")
    mail_from: str = ""

    messages_per_minute: int = Field(default=30, ge=1)
    max_text: int = Field(default=1_000, ge=1)
    max_body: int = Field(default=16 * 1024, ge=1024)

    keep_messages_days: int = Field(default=90, ge=1)
    keep_answers_days: int = Field(default=30, ge=1)
    keep_handoffs_days: int = Field(default=180, ge=1)
    keep_case_phone_days: int = Field(default=30, ge=1)
    keep_open_cases_days: int = Field(default=180, ge=30)
    keep_accounts_days: int = Field(default=365, ge=1)
    keep_journal_days: int = Field(default=365, ge=180)
    keep_citizens_days: int = Field(default=730, ge=1)


def load_settings(**given: Any) -> Settings:
    """The settings of this process, ready to use; `given` wins over the environment.

    On a first start for development the secret and the encryption key are made, in files of mode 600 under
    `home`. Raises SettingsError when production lacks something, or when a value makes no sense.
    """
    try:
        settings = Settings(**given)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = "ALLO_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(f"{name} cannot be used: {first['msg']}.") from None
    if settings.env == "production":
        _check_production(settings)
    _check_author_key(settings)
    completed = _completed(settings)
    _check_database(completed)
    _check_keys(completed)
    return completed


def _check_production(settings: Settings) -> None:
    if len(settings.secret_key.get_secret_value()) < SECRET_LENGTH:
        raise SettingsError(f"Production needs ALLO_SECRET_KEY: at least {SECRET_LENGTH} random characters.")
    if len(set(settings.secret_key.get_secret_value())) < 10:
        raise SettingsError("ALLO_SECRET_KEY is too easy to guess: production needs a random one.")
    if not settings.encryption_keys.get_secret_value():
        raise SettingsError("Production needs ALLO_ENCRYPTION_KEYS: without it nothing stored could be read again.")
    if settings.territory == DEMO_TERRITORY:
        raise SettingsError("Production needs ALLO_TERRITORY: the demo territory has fictional places and teams.")


def _check_author_key(settings: Settings) -> None:
    key = settings.author_key.get_secret_value()
    if key and (len(key) < AUTHOR_KEY_LENGTH or len(set(key)) < 10):
        raise SettingsError(
            f"ALLO_AUTHOR_KEY is too easy to guess: at least {AUTHOR_KEY_LENGTH} random characters, or none."
        )


def _completed(settings: Settings) -> Settings:
    """The settings with what depends on `home`. `model_copy` keeps the rest as it was given."""
    home = settings.home.expanduser().absolute()
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    missing: dict[str, Any] = {"home": home}
    if not settings.database_url:
        missing["database_url"] = f"sqlite:///{home / 'allo.db'}"
    if not settings.secret_key.get_secret_value():
        missing["secret_key"] = SecretStr(_kept(home / SECRET_FILE, secrets.token_urlsafe(48)).strip())
    if not settings.encryption_keys.get_secret_value():
        text = _kept(home / KEYS_FILE, f"{KEYS_HEADER}{new_key_line(1)}\n")
        missing["encryption_keys"] = SecretStr(text)
    return settings.model_copy(update=missing)


def _check_database(settings: Settings) -> None:
    kind, _, place = settings.database_url.partition("://")
    if kind.partition("+")[0] not in ("sqlite", "postgres", "postgresql") or place in ("", "/", "/:memory:"):
        raise SettingsError("ALLO_DATABASE_URL must be sqlite:////path/to/a/file or postgresql://user@host/name.")


def _check_keys(settings: Settings) -> None:
    try:
        parse_keys(settings.encryption_keys.get_secret_value())
    except VaultError as error:
        raise SettingsError(f"The encryption keys cannot be used: {error}") from None


def _kept(path: Path, fresh: str) -> str:
    """The text of the file; `fresh` becomes its text when there is none.

    Written apart, then linked in place: of two processes that start together, one wins, and no reader
    ever sees half a file.
    """
    if not path.exists():
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mkstemp: mode 600
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(fresh)
            os.link(name, path)
        except FileExistsError:
            pass
        finally:
            os.unlink(name)
    return path.read_text(encoding="utf-8")
