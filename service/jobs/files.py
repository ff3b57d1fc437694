"""Decides where files of jobs and uploads lie: each has a folder that the service alone can read; the database holds none of them."""

import hashlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, Literal

from fastapi import UploadFile

from loaders.files import refuse_unreadable
from loaders.formats.refusal import temporary_disk
from registry.settings import settings
from service.uploaded import file_name

Kind = Literal["job", "upload"]
_CHUNK: Final = 1 << 20
_PRIVATE_FOLDER: Final = 0o700
_PRIVATE_FILE: Final = 0o600
_INCOMING: Final = "incoming-"
_SENT: Final = "sent"
_OF_NUMBER: Final = re.compile(r"(job|upload)-([0-9]{1,18})")
# A request that still receives its file, or has not committed, may take that long.
_SECONDS_TO_ARRIVE: Final = 6 * 3600.0


@dataclass(frozen=True)
class Received:
    """A file that has arrived: where it lies for now, its name, length in bytes and SHA-256."""

    path: Path
    sha256: str
    size: int

    @property
    def name(self) -> str:
        """The name under which it was sent."""
        return self.path.name

    @property
    def place(self) -> Path:
        """The folder that it was received into, for whatever else belongs to it."""
        return self.path.parent.parent

    def keep(self, kind: Kind, number: int) -> None:
        """Give the folder its lasting name; to be called before the commit, so that whoever sees the row finds the file."""
        target = folder(kind, number)
        # A number that was drawn before in a transaction that came to nothing.
        shutil.rmtree(target, ignore_errors=True)
        self.place.rename(target)


@contextmanager
def received(upload: UploadFile) -> Iterator[Received]:
    """Write an upload into a private folder, gone at the end unless kept; FileRefused for what is plainly no table."""
    place = Path(tempfile.mkdtemp(prefix=_INCOMING, dir=root()))
    try:
        path = place / _SENT / file_name(upload.filename)
        path.parent.mkdir(mode=_PRIVATE_FOLDER)
        digest, size = hashlib.sha256(), 0
        with temporary_disk(), private(path) as stream:
            while chunk := upload.file.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
                stream.write(chunk)
        refuse_unreadable(path)
        yield Received(path, digest.hexdigest(), size)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def root() -> Path:
    """Return the directory of all files, made when it is not there."""
    found = settings().files_folder
    found.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
    return found


def folder(kind: Kind, number: int) -> Path:
    """Return the folder of a job or an upload."""
    return root() / f"{kind}-{number}"


def sent(kind: Kind, number: int, name: str) -> Path:
    """Return the file as it was sent: apart from ours, for it may bear any name."""
    return folder(kind, number) / _SENT / name


@contextmanager
def private(path: Path) -> Iterator[IO[bytes]]:
    """Open a new file that nobody else may read, for writing."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PRIVATE_FILE), "wb") as stream:
        yield stream


def remove(kind: Kind, number: int) -> None:
    """Remove all files of a job or an upload."""
    shutil.rmtree(folder(kind, number), ignore_errors=True)


def forget_sent(kind: Kind, number: int) -> None:
    """Remove the file as it was sent, and what was mended in it: once it is in the registry nothing reads it again."""
    place = folder(kind, number)
    for each in (_SENT, "mended", "fixed"):
        shutil.rmtree(place / each, ignore_errors=True)
    for path in place.glob("fixes-*.json"):
        path.unlink(missing_ok=True)


def left_over(known: dict[Kind, set[int]]) -> list[Path]:
    """Return folders that belong to nothing that is known and are older than any request: what processes that were killed left."""
    found = []
    for path in root().iterdir():
        named = _OF_NUMBER.fullmatch(path.name)
        kind: Kind = "upload" if named and named[1] == "upload" else "job"
        ours = named is not None or path.name.startswith(_INCOMING)
        if ours and not (named and int(named[2]) in known[kind]) and time.time() - path.stat().st_mtime > _SECONDS_TO_ARRIVE:
            found.append(path)
    return found
