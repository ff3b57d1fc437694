"""Which processes work on a data directory, as /proc tells it: lock files outlive their servers, processes do not."""

import contextlib
from pathlib import Path


def owner_process(data: Path) -> int | None:
    """Return the process id of the server that holds the data directory, None when its lock file is stale or absent.

    A server keeps its data directory as working directory; that tells it from a stranger who got the same number later.
    """
    try:
        pid = int((data / "postmaster.pid").read_text(encoding="ascii").split("\n", 1)[0])
        return pid if Path(f"/proc/{pid}/cwd").resolve(strict=True) == data.resolve() else None
    except (OSError, ValueError):
        return None


def processes_in(data: Path) -> list[str]:
    """Return the process ids whose working directory is the data directory, as every process of a server has."""
    found = []
    for link in Path("/proc").glob("[0-9]*/cwd"):
        with contextlib.suppress(OSError):
            if link.readlink() == data:
                found.append(link.parent.name)
    return found


def outdated(data: Path) -> bool:
    """Say whether the packages were upgraded under the running server: it then cannot load its new libraries, plpgsql among them.

    The distribution restarts only the clusters it knows of.
    """
    pid = owner_process(data)
    try:
        return pid is not None and str(Path(f"/proc/{pid}/exe").readlink()).endswith(" (deleted)")
    except OSError:
        return False
