"""Here is decided where a word of a person may still stand: every column of text of every table is looked through."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.privacy.spellings import spellings
from registry.text import clean

# A reference of digits alone, or of few signs, is also a house number or a count: it is looked for in columns of references only.
# Two words or more are a name, also H'Nhi Êban and Y Bham.
_TELLING: Final = re.compile(r"(?=.*\d)(?=.*[^\W\d_]).{5,}|(?:\D*\d){8,}.*|(?=.{5,})[^\W\d_]['’]?[^\W\d_]*(?: [^\W\d_]['’]?[^\W\d_]*)+")
_COLUMNS: Final = text("""
    SELECT c.relname, array_agg(a.attname ORDER BY a.attnum) FROM pg_class AS c
    JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace = CAST('public' AS regnamespace) AND c.relkind IN ('r', 'p') AND c.relname <> 'spatial_ref_sys'
        AND format_type(a.atttypid, NULL) IN ('text', 'text[]', 'json', 'jsonb', 'character varying', 'character varying[]')
    GROUP BY c.relname ORDER BY c.relname
""")


@dataclass(frozen=True)
class Trace:
    """A column in which the words stand, and in how many rows."""

    table: str
    column: str
    rows: int


def telling(words: Iterable[str]) -> tuple[str, ...]:
    """Return the words that tell of somebody wherever they stand."""
    return tuple(word for word in dict.fromkeys(map(clean, words)) if _TELLING.fullmatch(word))


def pattern(words: Sequence[str]) -> str:
    """Return the regular expression of PostgreSQL that finds one of the words as a whole, in text and in JSON written as text."""
    return f"(?<![[:alnum:]])(?:{_either(words)})(?![[:alnum:]])"


def found_in(words: Sequence[str]) -> re.Pattern[str]:
    """Return what `pattern` is, for Python; of no words, what is never found."""
    return re.compile(rf"(?<![^\W_])(?:{_either(words)})(?![^\W_])" if words else r"(?!)", re.IGNORECASE)


def _either(words: Sequence[str]) -> str:
    forms = {form for word in words for form in (word, json.dumps(word, ensure_ascii=False)[1:-1])}
    return "|".join(spellings(form) for form in sorted(forms, key=len, reverse=True))


def traces(session: Session, words: Sequence[str]) -> list[Trace]:
    """Return every column of every table in which one of the words stands; only telling words are looked for."""
    wanted = telling(words)
    if not wanted:
        return []
    found = []
    for table, columns in session.execute(_COLUMNS).all():
        counts = ", ".join(f'count(*) FILTER (WHERE CAST("{name}" AS text) ~* :pattern)' for name in columns)
        row = session.execute(text(f'SELECT {counts} FROM "{table}"'), {"pattern": pattern(wanted)}).one()  # noqa: S608 - names of our own catalogue
        found += [Trace(table, name, number) for name, number in zip(columns, row, strict=True) if number]
    return found
