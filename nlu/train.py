"""Trains the Rasa model: progress as JSON lines on standard output, one clear sentence and exit 1 on bad data."""

import argparse
import os
import shutil
import sys
import tempfile
import traceback
from pathlib import Path

from components import progress
from parent import die_with_parent
from phrases import BadData, read
from quiet import before_rasa


def _arguments() -> argparse.Namespace:
    here = Path(__file__).parent
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", type=Path, default=here / "config.yml")
    parser.add_argument("--data", type=Path, default=here / "data", help="folder of training phrases")
    parser.add_argument("--out", type=Path, required=True, help="MODEL.tar.gz to write")
    parser.add_argument("--with-parent", action="store_true", help="end when standard input is closed")
    return parser.parse_args()


def _train(config: Path, data: Path, out: Path) -> None:
    progress.report("start", 0, 1)  # importing Rasa takes ten seconds or more
    from rasa.model_training import train_nlu  # noqa: PLC0415  after `before_rasa`

    out.parent.mkdir(parents=True, exist_ok=True)
    made = train_nlu(str(config), str(data), str(out.parent), fixed_model_name=out.name)
    if not made or not out.is_file():
        raise BadData("Rasa made no model.")


def main() -> None:
    """Entry point."""
    arguments = _arguments()
    config, data, out = (path.resolve() for path in (arguments.config, arguments.data, arguments.out))
    if arguments.with_parent:
        die_with_parent()
    home = Path(tempfile.mkdtemp(prefix="allo-train-"))
    progress.open_stream()
    try:
        progress.report("read", 0, 1)
        read(data)
        before_rasa(home)
        os.chdir(home)  # Rasa may write beside the current folder
        _train(config, data, out)
        progress.report("done", 1, 1)
    except BadData as problem:
        sys.exit(str(problem))
    except Exception:
        traceback.print_exc()
        sys.exit(2)  # 1 is for mistakes in the data only
    finally:
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
