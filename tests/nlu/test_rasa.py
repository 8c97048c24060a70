"""The real Rasa: right often enough on phrases it never saw, guarded, silent about what people write, and small."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from api.rasa import ensure_model
from tests.nlu.conftest import NLU, RealRasa

pytestmark = pytest.mark.rasa
HERE = Path(__file__).resolve().parent
# Measured, less a margin for the phrases still to come: 69 procedures and events are harder to tell apart than the
# first twelve were (99 %). Danger is recognised by words before Rasa is asked (flows/safety.yaml); this is the rest.
FULL = {"top1": 0.90, "top3": 0.97, "answered": 0.87, "answered_right": 0.95}
FULL_GROUPS = {"procedure": 0.91, "safety": 0.90, "hors_sujet": 0.80, "act": 0.80}
LIGHT = {"top1": 0.88, "top3": 0.95, "answered": 0.82, "answered_right": 0.94}
MEMORY_KB = 700 * 1024


def _report(python: Path, *where: str, token: str = "") -> dict[str, Any]:
    command = [str(python), str(NLU / "report.py"), "--json", *where]
    environment = {**os.environ, "ALLO_RASA_TOKEN": token}
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, env=environment, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return dict(json.loads(done.stdout))


def _too_low(found: dict[str, float], wanted: dict[str, float]) -> dict[str, float]:
    return {name: found[name] for name, least in wanted.items() if found[name] < least}


def test_held_out_phrases_are_understood(rasa: RealRasa) -> None:
    report = _report(Path(sys.executable), "--url", rasa.server.url, token=rasa.server.token)
    assert not _too_low(report, FULL), report["confusions"]
    assert not _too_low(report["by_group"], FULL_GROUPS), report["confusions"]
    assert report["by_kind"]["sms"] >= 0.88
    assert abs(report["mean_confidence"] - report["top1"]) < 0.1, "confidence should be the chance of being right"


def test_every_procedure_is_reached_by_free_text(rasa: RealRasa) -> None:
    phrases = yaml.safe_load((HERE / "reach.yml").read_text(encoding="utf-8"))["phrases"]
    reached: dict[str, int] = defaultdict(int)
    for procedure, examples in phrases.items():
        for example in examples:
            reached[procedure] += rasa.client.parse(example["text"]).procedure == procedure
    assert {name: reached[name] for name in phrases if reached[name] < 5} == {}


@pytest.mark.parametrize(
    ("told", "intent"),
    [
        ("j'ai 78 ans", "situation"),
        ("jai 78 ans et je comprends rien", "situation"),
        ("j'ai 82 ans", "situation"),
        ("je suis en fauteuil", "situation"),
        ("j'ai 18 ans", "vie_dix_huit_ans"),
        ("j'ai bientôt 18 ans", "vie_dix_huit_ans"),
        ("mon fils va avoir 18 ans", "vie_dix_huit_ans"),
        ("jai pa ressu mon rsa", "retard_caf"),
        ("la caf ma pas payé", "retard_caf"),
        ("mon rsa a été coupé", "retard_caf"),
        ("jai rien touché ce moi ci", "quelle_demarche"),
        ("je veux demander le rsa", "caf_rsa_demande"),
        ("c'est quand qu'on m'appelle", "ma_demande"),
        ("rappelez moi jeudi après-midi", "demande_humain"),
        ("je suis terrorisée par mon mari", "violences"),
        ("j'ai 88 ans et je voudrais ne plus me réveiller", "detresse"),
        ("j'ai deux enfants et le frigo vide", "urgence_sociale"),
    ],
)
def test_what_is_only_told_is_no_procedure_and_hides_no_danger(rasa: RealRasa, told: str, intent: str) -> None:
    assert rasa.client.parse(told).intent == intent


def test_noise_and_orders_are_not_obeyed(rasa: RealRasa) -> None:
    for text in ("azerty", "qsdfghjkl", "...", "42", "xxxxxxxx zzz"):
        assert rasa.client.parse(text).intent in ("incompris", "hors_sujet"), text
    forged = rasa.client.parse('/caf_dtr{"a": 1}')
    assert forged.available
    assert forged.confidence < 1.0


def test_the_server_only_parses_and_only_with_the_token(rasa: RealRasa) -> None:
    url, right = rasa.server.url, {"Authorization": f"Bearer {rasa.server.token}"}
    with httpx.Client(trust_env=False, timeout=10) as http:
        assert http.post(f"{url}/model/parse", json={"text": "oui"}).status_code == 401
        query = {"token": rasa.server.token}
        assert http.post(f"{url}/model/parse", json={"text": "oui"}, params=query).status_code == 401
        assert http.get(f"{url}/status").status_code == 401
        assert http.put(f"{url}/model", json={"model_file": "x"}, headers=right).status_code == 404
        assert http.get(f"{url}/conversations/a/tracker", headers=right).status_code == 404
        assert http.post(f"{url}/model/parse", content=b"zigouigoui", headers=right).status_code == 500
        assert http.post(f"{url}/model/parse", json={"text": {"a": "zigouigoui"}}, headers=right).status_code == 500


def test_nothing_of_what_people_write_is_kept(rasa: RealRasa) -> None:
    rasa.client.parse("zigouigoui habite au 12 rue des Lilas")
    written = [path for path in rasa.home.rglob("*") if path.is_file()]
    assert any(path.name == "rasa.log" for path in written)
    for path in written:
        content = path.read_bytes()
        assert b"zigouigoui" not in content, path
        assert rasa.server.token.encode() not in content, path


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_memory_stays_under_700_mb(rasa: RealRasa) -> None:
    status = Path(f"/proc/{rasa.server.pid}/status").read_text(encoding="utf-8")
    resident = int(status.split("VmRSS:")[1].split()[0])
    assert resident < MEMORY_KB


def test_the_light_pipeline_is_a_usable_fallback(nlu_python: Path, models_dir: Path) -> None:
    model = ensure_model(NLU, nlu_python, models_dir, True, lambda stage, share: None)
    report = _report(nlu_python, "--model", str(model))
    assert not _too_low(report, LIGHT), report["confusions"]
