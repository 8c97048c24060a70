"""A service in production on this machine, connected to providers on this machine."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from api.vault import new_key_line
from tests.api.doctor.kit import (
    HOST,
    PUBLIC,
    SECRET,
    TERRITORY,
    BotApi,
    Front,
    Twilio,
    World,
    more_methods,
    number_row,
    resolve,
)
from tests.telegram.fake_bot_api import TOKEN as BOT_TOKEN
from tests.twilio_api import ACCOUNT, NUMBER
from tests.twilio_api import TOKEN as TWILIO_TOKEN


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for the public address with its key, in one file."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    built = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    built = built.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    built = built.add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
    built = built.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    path = tmp_path_factory.mktemp("tls") / "allo.pem"
    signed = built.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    form = serialization.PrivateFormat.PKCS8
    secret = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    path.write_bytes(signed + secret)
    return path


@pytest.fixture
def world(tmp_path: Path, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A service in production on this machine, connected to providers on this machine."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("ALLO_") and name != "ALLO_TEST_CACHE"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setenv("NO_PROXY", f"127.0.0.1,{HOST}")
    more_methods(monkeypatch)
    with BotApi() as telegram, Twilio() as twilio, Front(certificate) as front:
        resolve(monkeypatch, front.port)
        world = World(telegram, twilio, front, json.loads(json.dumps(TERRITORY)), tmp_path, monkeypatch)
        world.put(
            ENV="production",
            HOME=str(tmp_path / "home"),
            SECRET_KEY="s" + os.urandom(32).hex(),
            ENCRYPTION_KEYS=new_key_line(1),
            TERRITORY=str(tmp_path / "essai.yaml"),
            PUBLIC_URL=PUBLIC,
            TELEGRAM_TOKEN=BOT_TOKEN,
            TELEGRAM_SECRET=SECRET,
            TELEGRAM_API_URL=telegram.url,
            TWILIO_ACCOUNT_SID=ACCOUNT,
            TWILIO_AUTH_TOKEN=TWILIO_TOKEN,
            TWILIO_NUMBER=NUMBER,
            TWILIO_API_URL=twilio.url,
        )
        telegram.webhook = f"{PUBLIC}/webhooks/telegram"
        twilio.numbers.append(number_row())
        yield world
