"""Makes Rasa silent and private; call `before_rasa` before anything imports Rasa or numpy."""

import logging
import os
import warnings
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

_ENVIRONMENT = {
    "RASA_TELEMETRY_ENABLED": "false",
    "RASA_MAX_CACHE_SIZE": "0",  # we cache whole models by a hash of their sources
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "LOG_LEVEL": "WARNING",
    "LOG_LEVEL_LIBRARIES": "ERROR",
    "OMP_NUM_THREADS": "1",  # also makes training the same from one run to the next
    "OPENBLAS_NUM_THREADS": "1",
    "CUDA_VISIBLE_DEVICES": "-1",
    "GIT_PYTHON_REFRESH": "quiet",
}


def before_rasa(home: Path) -> None:
    """Telemetry off, one thread, a HOME of its own, and logs that can never hold a citizen's words."""
    home.mkdir(parents=True, exist_ok=True)
    os.environ.update(_ENVIRONMENT, HOME=str(home), RASA_CACHE_DIRECTORY=str(home / "cache"))
    warnings.filterwarnings("ignore")
    # the root logger gets only TensorFlow's complaints about parts we left out
    logging.basicConfig(level=logging.ERROR, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("rasa.server").setLevel(logging.CRITICAL)  # its errors quote what they failed on
    import structlog  # noqa: PLC0415  left unconfigured, Rasa's structlog prints every text it receives

    structlog.configure(
        processors=[structlog.processors.add_log_level, _event_only, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )


def _event_only(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
    return {"event": event.get("event"), "level": event.get("level")}
