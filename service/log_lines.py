"""Decides how the server's own words are logged: one JSON object a line, where a failure happened, and never what it quotes."""

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any, Final

_FRAMES: Final = 8


class JsonLines(logging.Formatter):
    """Writes a record as the lines of requests are written (service/middleware.py)."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line; of an exception its class and its places, for its message may quote what was asked."""
        line: dict[str, Any] = {"event": record.getMessage(), "logger": record.name, "level": record.levelname.lower()}
        if record.exc_info and record.exc_info[1] is not None:
            failure = record.exc_info[1]
            frames = traceback.extract_tb(failure.__traceback__)[-_FRAMES:]
            line |= {"failure": type(failure).__name__, "at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]}
        return json.dumps({**line, "timestamp": datetime.now(UTC).isoformat()}, ensure_ascii=False)


CONFIG: Final[dict[str, Any]] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "service.log_lines.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stderr"}},
    "loggers": {"uvicorn": {"handlers": ["stderr"], "level": "WARNING", "propagate": False}},
}
