"""Files that are handed out are sent from the disk, in pieces."""

import asyncio
import tracemalloc
from pathlib import Path
from typing import Any

from service.held_file import PIECE, HeldFile

SIZE = 40 * PIECE + 7


def _held(folder: Path) -> HeldFile:
    path = folder / "lo-1.csv"
    with path.open("wb") as file:
        file.write(b"dia_chi\n")
        file.truncate(SIZE)
    held = HeldFile(path)
    path.unlink()
    return held


def test_a_large_file_is_sent_in_constant_memory(tmp_path: Path) -> None:
    """Its folder is gone by then; of ten megabytes no more than a few pieces are in memory at once, by two readers too."""
    held, lengths = _held(tmp_path), []

    async def send(message: Any) -> None:  # noqa: ANN401 - a message of ASGI
        if message["type"] == "http.response.body":
            lengths.append(len(message["body"]))
        else:
            assert (b"content-length", str(SIZE).encode()) in message["headers"]

    async def receive() -> Any:  # noqa: ANN401 - a message of ASGI
        await asyncio.Event().wait()

    async def answered() -> None:
        await asyncio.gather(*(held.answer("text/csv", {})({"type": "http", "asgi": {}}, receive, send) for _ in range(2)))

    tracemalloc.start()
    try:
        asyncio.run(answered())
        assert tracemalloc.get_traced_memory()[1] < 12 * PIECE
    finally:
        tracemalloc.stop()
    assert sum(lengths) == 2 * SIZE
    assert max(lengths) == PIECE


def test_what_is_sent_is_what_was_written(tmp_path: Path) -> None:
    """To the last byte, with its checksum; an empty file is an empty answer."""
    path = tmp_path / "a.csv"
    path.write_bytes(b"")
    assert (HeldFile(path).size, b"".join(HeldFile(path).pieces())) == (0, b"")
    held = _held(tmp_path)
    assert b"".join(held.pieces()) == b"dia_chi\n" + bytes(SIZE - 8)
    assert len(held.sha256()) == 64
