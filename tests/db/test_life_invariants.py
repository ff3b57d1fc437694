"""Whatever is done to doors in whatever order, the registry stays whole: hypothesis tries to break it."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.errors import DiachisoError
from registry.life.amend import amend
from registry.life.fields import amendment
from registry.life.merge import merge
from registry.life.move import move
from registry.life.retire import retire
from registry.life.revive import revive
from registry.life.split import Part, split
from registry.life.spot import Reading
from registry.life.status import advance
from tests.db.living import LAT, LON, OTHER, WHO, assert_whole, door, external

NUMBERS = st.sampled_from(["1", "2", "3", "3A", "4/5", ""])
CODES = st.integers(0, 9)
STREETS = st.sampled_from(["Sao Hôm", "Trần Phú"])
ACTS = st.one_of(
    st.tuples(
        st.just("amend"), CODES, st.fixed_dictionaries({"so_nha": NUMBERS}, optional={"duong": STREETS, "so_ho": st.sampled_from("0123")})
    ),
    st.tuples(st.just("move"), CODES, st.integers(-3, 3)),
    st.tuples(st.just("step"), CODES, st.sampled_from(["verified", "notified", "plated"])),
    st.tuples(st.just("merge"), CODES, CODES),
    st.tuples(st.just("split"), CODES, st.lists(NUMBERS, min_size=1, max_size=2)),
    st.tuples(st.just("retire"), CODES, st.none()),
    st.tuples(st.just("revive"), CODES, st.none()),
)


def act(session: Session, codes: list[str], kind: str, at: int, said: Any) -> None:  # noqa: ANN401 - whatever the act needs
    """Do one thing to one of the doors; the codes that a split makes can be met by later acts."""
    code = codes[at % len(codes)]
    if kind == "amend":
        amend(session, code, amendment(said), **WHO)
    elif kind == "move":
        move(session, code, Reading(LON + said * 0.0003, LAT), **WHO)
    elif kind == "step":
        advance(session, code, said, **WHO)
    elif kind == "merge":
        merge(session, code, codes[said % len(codes)], **WHO)
    elif kind == "split":
        codes += split(session, code, [Part(amendment({"so_nha": number})) for number in said], **WHO).others
    elif kind == "retire":
        retire(session, code, **WHO)
    else:
        revive(session, code, **WHO)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACTS, min_size=4, max_size=14))
def test_no_sequence_of_acts_breaks_the_registry(session: Session, acts: list[tuple[str, int, Any]]) -> None:
    """One live door a key, one active code a live door, every code ends at a live door or a said reason, counts equal a full count.

    An act that is refused leaves nothing behind; every act that is not leaves an event, and every code once issued is still there.
    """
    start = session.begin_nested()
    codes = [door(session, "1", refs=("H1", "H2")), door(session, "2"), door(session, "3", refs=("H3",)), door(session, "1", unit=OTHER)]
    external(session, codes[0], "ndas", "3212000017")
    done = 0
    for kind, at, said in acts:
        try:
            with session.begin_nested():
                act(session, codes, kind, at, said)
            done += 1
        except DiachisoError:
            continue
    assert_whole(session)
    assert set(codes) == set(session.execute(text("SELECT code FROM digital_address")).scalars())
    told = session.execute(text("SELECT count(*) FROM life_event WHERE kind NOT IN ('absorbed', 'split_from')")).scalar_one()
    assert told == done
    assert session.execute(text("SELECT count(*) FROM household")).scalar_one() == 3
    start.rollback()
