"""Decides how the working of an answer is shown: tokens, readings and part scores, line by line, for `--explain`."""

from geocode.candidates import Scored
from geocode.parse import Reading
from geocode.prepare import Prepared

MOST_LINES = 8


def explain(prepared: Prepared, ranked: list[Scored]) -> tuple[str, ...]:
    """Return what was read and how each candidate was scored, best first."""
    lines = ["tokens: " + " ".join(("| " if token.gap else "") + token.key for token in prepared.text.tokens)]
    for reading in prepared.readings:
        lines += _reading(reading)
    lines += [_candidate(each) for each in ranked[:MOST_LINES]]
    return tuple(lines)


def _reading(reading: Reading) -> list[str]:
    """Say how the units and the words around them were read."""
    chain = reading.chain
    flags = ",".join(sorted(chain.flags)) if chain else ""
    units = (
        f"{chain.unit.full_name} [{chain.unit.world} {chain.unit.code}] score {chain.score:.0f} flags {flags or '-'}"
        if chain
        else "no unit"
    )
    street = reading.street.name if reading.street else reading.street_text
    house = " | ".join(path.text for path in reading.houses[:3])
    hamlet = reading.hamlet.name if reading.hamlet else ""
    return [
        f"reading: {units}",
        f"   street={street or '-'} hamlet={hamlet or '-'} house={house or '-'} flat={reading.flat or '-'} ignored={list(reading.ignored)}",
    ]


def _candidate(each: Scored) -> str:
    """Say what a candidate won of each part of its score."""
    parts = " ".join(f"{part.name} {part.points:.2f}/{part.ceiling:.2f} ({part.why})" for part in each.candidate.parts)
    found = each.candidate
    return f"candidate: {found.level} {found.confidence:.3f} {found.label} code={found.code or '-'}: {parts}"
