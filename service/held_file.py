"""Decides how a file is sent that was made to be handed out: piece by piece from the disk, where it has no name any more."""

import os
import weakref
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Final

from service.streamed import Streamed

PIECE: Final = 1 << 18


class HeldFile:
    """A file that stays readable when its folder is gone, by any number of readers at once; it goes with the last of them."""

    def __init__(self, path: Path) -> None:
        """Hold the file as it is now."""
        self._file = os.open(path, os.O_RDONLY)
        weakref.finalize(self, os.close, self._file)
        self.size: Final = os.fstat(self._file).st_size

    def pieces(self) -> Iterator[bytes]:
        """Yield its bytes."""
        for at in range(0, self.size, PIECE):
            yield os.pread(self._file, PIECE, at)

    def sha256(self) -> str:
        """Return its checksum."""
        digest = sha256()
        for piece in self.pieces():
            digest.update(piece)
        return digest.hexdigest()

    def answer(self, media_type: str, headers: Mapping[str, str]) -> Streamed:
        """Return the answer that sends it."""
        return Streamed(b"", self.pieces(), media_type, {**headers, "Content-Length": str(self.size)})
