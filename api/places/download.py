"""Fetching a list of places from the internet, into a file of its own, before anything is changed."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

import httpx

NATIONAL_FILE = "https://www.data.gouv.fr/api/1/datasets/r/398edc71-0d51-4cb6-9cbe-2540a4db573c"
MAX_BYTES = 300_000_000  # the national file has about 20
MAX_SECONDS = 900.0
TIMEOUT = httpx.Timeout(30, connect=10)
REDIRECTS = 5
TOO_LARGE = "the file of {host} is larger than {size} MB; it is left alone."
Fetching = Callable[[int, int], None]


class DownloadFailed(ValueError):
    """The file could not be had whole. The message is one clear sentence; nothing was changed."""


@contextmanager
def downloaded(
    url: str,
    fetching: Fetching = lambda done, whole: None,
    max_bytes: int = MAX_BYTES,
    max_seconds: float = MAX_SECONDS,
) -> Iterator[BinaryIO]:
    """The file at `url`, whole, at its beginning, gone at the end of the block. `fetching` gets bytes had and expected.

    Raises DownloadFailed: no answer, an error, a web page, more than `max_bytes`, longer than `max_seconds`, cut short.
    """
    host = host_of(url)
    with tempfile.TemporaryFile() as file:
        try:
            fetch(url, host, file, fetching, max_bytes, time.monotonic() + max_seconds)
        except httpx.TimeoutException as error:
            raise DownloadFailed(f"{host} did not answer in time; nothing was changed.") from error
        except httpx.ConnectError as error:
            raise DownloadFailed(f"{host} cannot be reached from here; nothing was changed.") from error
        except httpx.TooManyRedirects as error:
            raise DownloadFailed(f"{host} sends from address to address without end; nothing was changed.") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise DownloadFailed(f"the file of {host} did not arrive whole; nothing was changed.") from error
        file.seek(0)
        yield file


def host_of(url: str) -> str:
    """The server of a web address. Raises DownloadFailed for another kind of address."""
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise DownloadFailed("this is not a web address.") from error
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise DownloadFailed("only http:// and https:// addresses can be fetched.")
    return parsed.host


def fetch(url: str, host: str, file: BinaryIO, fetching: Fetching, max_bytes: int, until: float) -> None:
    """Writes the answer to `file`."""
    client = httpx.Client(timeout=TIMEOUT, follow_redirects=True, max_redirects=REDIRECTS)
    with client, client.stream("GET", url) as answer:
        check(answer, host)
        length = answer.headers.get("content-length", "")
        whole = int(length) if length.isdigit() and "content-encoding" not in answer.headers else 0
        if whole > max_bytes:
            raise DownloadFailed(TOO_LARGE.format(host=host, size=max_bytes // 1_000_000))
        done = 0
        for part in answer.iter_bytes():  # as it comes: a server that drips is noticed
            done += len(part)
            if done > max_bytes:
                raise DownloadFailed(TOO_LARGE.format(host=host, size=max_bytes // 1_000_000))
            if time.monotonic() > until:
                raise DownloadFailed(f"{host} sends its file too slowly; nothing was changed.")
            file.write(part)
            fetching(done, whole)


def check(answer: httpx.Response, host: str) -> None:
    """Raises DownloadFailed when the answer is not a file."""
    if answer.status_code != httpx.codes.OK:
        raise DownloadFailed(f"{host} answers {answer.status_code} instead of the file; nothing was changed.")
    if answer.headers.get("content-type", "").startswith("text/html"):
        raise DownloadFailed(f"{host} answers with a web page instead of the file; nothing was changed.")
