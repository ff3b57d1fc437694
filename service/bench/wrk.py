"""Decides how a server is loaded, as fast as it goes or at a pace: by wrk where it is installed, which costs little beside what it asks."""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from registry.errors import UnavailableError
from service.bench.load import Load, load

# Every thread goes through the targets from a place of its own; what was counted is told as JSON on the last line.
_SCRIPT: Final = """
local targets = {}
for line in io.lines("%s") do targets[#targets + 1] = line end
local asked = 0
request = function()
  asked = asked + 1
  return wrk.format("GET", targets[(asked - 1) %% #targets + 1])
end
%s
done = function(summary, latency)
  local e = summary.errors
  local failed = e.status + e.connect + e.read + e.write + e.timeout
  io.write(string.format('\\n{"answered":%%d,"failed":%%d,"seconds":%%f,"p50":%%f,"p99":%%f}\\n',
    summary.requests - e.status, failed, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
"""

# At a pace each connection pauses before it asks, at random around the mean, so that none wait for one another; the time from asking to
# the answer is what counts, and the one who asks takes next to nothing of the processors that he shares with whom he measures.
_PACE: Final = "delay = function() return math.random(0, %d) end"


def client() -> str:
    """Return what asks: `wrk`, or `asyncio` where it is not installed."""
    return "wrk" if shutil.which("wrk") else "asyncio"


def asked(port: int, targets: Sequence[str], connections: int, seconds: float, *, rate: float | None = None) -> Load:
    """Ask 127.0.0.1 for targets in turn, over so many connections; UnavailableError when wrk fails.

    `rate` is requests a second in all, None: each as soon as the one before is answered.
    """
    if client() != "wrk":
        return load(port, targets, connections, seconds, rate=rate)
    pace = _PACE % round(2000 * connections / rate) if rate else ""
    with tempfile.TemporaryDirectory(prefix="diachiso-wrk-") as folder:
        lines, script = Path(folder) / "targets", Path(folder) / "script.lua"
        lines.write_text("\n".join(targets) + "\n", encoding="ascii")
        script.write_text(_SCRIPT % (lines, pace), encoding="ascii")
        command = [
            "wrk",
            "-t1",
            f"-c{connections}",
            f"-d{max(1, round(seconds))}s",
            "--timeout",
            "30s",
            "-s",
            str(script),
            f"http://127.0.0.1:{port}",
        ]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    if ran.returncode:
        raise UnavailableError("wrk không chạy được.", f"wrk failed: {ran.stderr.strip()}", hint="apt-get install wrk")
    return Load(**json.loads(ran.stdout.strip().splitlines()[-1]))
