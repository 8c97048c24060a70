"""Which errors are told in one sentence; all others are bugs and keep their traceback."""

from __future__ import annotations


class Told(Exception):
    """A failure whose message is the sentence to say."""


def sentence(error: Exception) -> str | None:
    """The sentence for `error`, None when it is a bug."""
    # Read here: a command that does not fail does not wait for the database's code and Rasa's.
    from api.db import StorageDown  # noqa: PLC0415
    from api.rasa import RasaError  # noqa: PLC0415
    from api.settings import SettingsError  # noqa: PLC0415
    from flows.problems import ContentError  # noqa: PLC0415

    if isinstance(error, ContentError):
        listed = "\n".join(f"  {problem}" for problem in error.problems)
        return f"the content has problems; mend them and start again:\n{listed}"
    if isinstance(error, StorageDown):
        return "the database does not answer; nothing was lost. Check it, then run the command again."
    if isinstance(error, OSError) and error.errno == 98:
        return "this port is taken by another program; choose another one with --port."
    if isinstance(error, (SettingsError, RasaError, Told, ValueError)):
        return str(error)
    return None
