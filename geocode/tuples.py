"""Decides how named tuples of the hot path are made: from one tuple of all their fields, without the function of Python in between.

A question makes some thirty of them, and that function cost as much as all the rest of it.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

Named = TypeVar("Named", bound=tuple[Any, ...])


def maker(kind: type[Named]) -> Callable[[tuple[Any, ...]], Named]:
    """Return what makes a named tuple of a kind from its fields, all of them and in order."""
    return partial(tuple.__new__, kind)
