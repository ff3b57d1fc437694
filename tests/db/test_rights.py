"""What each role sees and may write, table by table, as the database itself holds it; and that nothing of it is left on a connection."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from geocode.doors import nearest_doors
from registry import db
from registry.security.bound import become, bind, bind_gate
from registry.security.caller import Caller
from registry.security.roles import Role

DOORS = ("address", "digital_address", "external_code")
RECORDS = ("household", "batch", "batch_row", "change", "life_event", "reform_waiting", "upload")
# Of people: couriers see nothing, officers what is not restricted, nobody who asks over HTTP writes.
PEOPLE = ("resident", "restriction", "restricted_row")
TABLES = (*DOORS, *RECORDS, "correction", *PEOPLE)
HERE, ELSEWHERE = "11", "37"
DENIED = "42501"


def caller(role: Role, *provinces: str) -> Caller:
    """Return a caller of those provinces, of the country without any."""
    return Caller(role, frozenset(provinces) or None, f"test {role}")


CALLERS = {
    "public": caller(Role.PUBLIC), "courier": caller(Role.COURIER, HERE), "officer": caller(Role.PROVINCE_OFFICER, HERE),
    "reporter": caller(Role.REPORTER), "administrator": caller(Role.ADMINISTRATOR), "local": caller(Role.LOCAL),
}  # fmt: skip


@pytest.fixture
def filled(samples: Session) -> Session:
    """Give the sample registry with rows of two provinces in every table; rolled back at the end."""
    samples.execute(
        text("""
        INSERT INTO household (address_id, province_code, ref)
            SELECT min(id), province_code, 'TEST' || province_code FROM address GROUP BY province_code;
        INSERT INTO external_code (province_code, scheme, code, address_id)
            SELECT province_code, 'plus_code', 'TEST' || province_code, min(id) FROM address GROUP BY province_code;
        INSERT INTO change (province_code, entity, entity_id, op, before, actor, reason)
            SELECT province_code, 'address', min(id)::text, 'update', to_jsonb(1), 'test', 'test' FROM address GROUP BY province_code;
        INSERT INTO life_event (province_code, address_id, code, kind, happened_on, point, actor, reason)
            SELECT DISTINCT ON (province_code) province_code, id, 'X', 'verified', current_date, point, 'test', 'test' FROM address;
        INSERT INTO reform (effective, file_name, file_sha256, actor, reason) VALUES (current_date, 'x', 'x', 'test', 'test');
        INSERT INTO reform_waiting (address_id, province_code, reform_id, unit_id, candidates, why)
            SELECT min(id), province_code, (SELECT max(id) FROM reform), 1, '{}', 'no_area' FROM address GROUP BY province_code;
        INSERT INTO correction (province_code, code, address_id, proposed, seen, reason)
            SELECT province_code, 'X', min(id), '{"khong_con": true}', '{}', 'test' FROM address GROUP BY province_code;
        INSERT INTO resident (id, province_code, address_id, name_sealed, key_name)
            SELECT gen_random_uuid(), province_code, min(id), '\\x00', 'test' FROM address GROUP BY province_code;
        INSERT INTO restriction (province_code, address_id, actor, reason)
            SELECT province_code, min(id), 'test', 'test' FROM address GROUP BY province_code;
        INSERT INTO restricted_row (restriction_id, province_code, batch_id, row_no) SELECT id, province_code, 0, 0 FROM restriction;
        INSERT INTO breach (detected_at, what, actor) VALUES (now(), 'test', 'test');
        INSERT INTO breach_entry (breach_id, kind, words, actor) SELECT max(id), 'note', 'test', 'test' FROM breach;
        INSERT INTO upload (province_code, actor, role, name, bytes, sha256, asked, options, expires_at)
            SELECT DISTINCT province_code, 'test', 'local', 'x.csv', 1, repeat('0', 64), '', CAST('{}' AS jsonb), now() FROM address;
        """)
    )
    return samples


def seen(session: Session, table: str) -> set[str]:
    """Return the provinces whose rows of a table are there."""
    return set(session.scalars(text(f"SELECT DISTINCT province_code FROM {table}")))


def denied(session: Session, statement: str, values: dict[str, Any] | None = None) -> bool:
    """Tell whether the database refuses a statement for lack of rights; what else goes wrong goes up."""
    try:
        with session.begin_nested():
            session.execute(text(statement), values or {})
    except DBAPIError as error:
        if getattr(error.orig, "pgcode", None) == DENIED:
            return True
        raise
    return False


@pytest.mark.parametrize("table", TABLES)
def test_each_role_sees_the_rows_that_are_its_own(filled: Session, table: str) -> None:
    """Couriers doors and corrections of their provinces, officers all records of theirs, others none; the country for the rest."""
    everywhere = seen(filled, table)
    assert {HERE, ELSEWHERE} <= everywhere
    visible = {}
    for name, each in CALLERS.items():
        with filled.begin_nested() as savepoint:
            become(filled, each)
            visible[name] = seen(filled, table)
            savepoint.rollback()
    own = {HERE}
    assert visible == {
        "public": set(), "courier": set() if table in (*RECORDS, *PEOPLE) else own, "officer": own, "reporter": set(),
        "administrator": everywhere, "local": set() if table == "resident" else everywhere,
    }  # fmt: skip


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("who", ["public", "courier", "officer", "reporter"])
def test_no_role_writes_in_another_province(filled: Session, table: str, who: str) -> None:
    """Its rows are neither changed nor deleted nor added, and no row of one's own is given to it."""
    row = filled.scalar(text(f"SELECT to_jsonb(t) FROM {table} AS t WHERE province_code = '{ELSEWHERE}' LIMIT 1"))
    become(filled, CALLERS[who])
    for statement in (f"UPDATE {table} SET province_code = province_code", f"DELETE FROM {table}"):
        if table in PEOPLE:
            assert denied(filled, statement)
            continue
        with filled.begin_nested() as savepoint:
            assert filled.execute(text(f"{statement} WHERE province_code = '{ELSEWHERE}'")).rowcount == 0
            savepoint.rollback()
    insert = f"INSERT INTO {table} SELECT * FROM jsonb_populate_record(NULL::{table}, CAST(:row AS jsonb))"
    if table not in {"address", "life_event"}:
        assert denied(filled, insert, {"row": _json(row)})
    if who == "officer":
        assert denied(filled, f"UPDATE {table} SET province_code = '{ELSEWHERE}'")


@pytest.mark.parametrize("table", ["address", "life_event"])
def test_no_door_and_no_event_is_added_in_another_province(filled: Session, table: str) -> None:
    """The same for rows with a point, which JSON rounds."""
    filled.execute(text(f"CREATE TEMP TABLE taken ON COMMIT DROP AS SELECT * FROM {table} WHERE province_code = '{ELSEWHERE}' LIMIT 1"))
    filled.execute(text("GRANT SELECT ON taken TO PUBLIC"))
    for each in CALLERS.values():
        with filled.begin_nested() as savepoint:
            become(filled, each)
            if each.provinces is not None or not each.writes:
                assert denied(filled, f"INSERT INTO {table} SELECT * FROM taken")
            savepoint.rollback()


@pytest.mark.parametrize("table", ["commune_tally", "waiting_tally", "place"])
@pytest.mark.parametrize("who", ["public", "courier", "officer", "reporter", "administrator"])
def test_counts_and_places_are_seen_by_all_and_written_by_their_province(filled: Session, table: str, who: str) -> None:
    """Everybody sees them; an officer changes those of his province, an administrator all, the others none."""
    filled.execute(text("INSERT INTO waiting_tally SELECT 0, '', province_code, 1, 0 FROM address GROUP BY province_code"))
    of_unit = "(SELECT u.province_code FROM unit AS u WHERE u.id = commune_id)" if table == "place" else "province_code"
    provinces = set(filled.scalars(text(f"SELECT DISTINCT {of_unit} FROM {table}")))
    become(filled, CALLERS[who])
    assert set(filled.scalars(text(f"SELECT DISTINCT {of_unit} FROM {table}"))) == provinces
    column = "name" if table == "place" else "province_code"
    written = filled.scalars(text(f"UPDATE {table} SET {column} = {column} RETURNING {of_unit}")).all()
    assert set(written) == {"officer": {HERE}, "administrator": provinces}.get(who, set())
    if who in {"public", "courier", "reporter"}:
        assert filled.execute(text(f"DELETE FROM {table}")).rowcount == 0


def test_a_place_is_not_put_into_another_province(filled: Session) -> None:
    """Neither a new one nor one of one's own."""
    commune = filled.scalar(text(f"SELECT id FROM unit WHERE level = 'commune' AND in_force AND province_code = '{ELSEWHERE}' LIMIT 1"))
    become(filled, CALLERS["officer"])
    assert denied(filled, "INSERT INTO place (commune_id, kind, name, key) VALUES (:commune, 'street', 'x', 'x')", {"commune": commune})
    assert denied(filled, "UPDATE place SET commune_id = :commune", {"commune": commune})


def test_an_event_that_has_its_number_stays(filled: Session) -> None:
    """Not even an administrator's request changes or removes what the feed has told."""
    told = filled.scalar(text("SELECT count(*) FROM feed WHERE no IS NOT NULL"))
    become(filled, CALLERS["administrator"])
    assert told > 0
    assert filled.execute(text("UPDATE feed SET at = now() WHERE no IS NOT NULL")).rowcount == 0
    assert filled.execute(text("DELETE FROM feed WHERE no IS NOT NULL")).rowcount == 0
    assert denied(filled, "UPDATE feed_head SET installation = gen_random_uuid()")


def test_what_users_report_is_written_and_not_read(filled: Session) -> None:
    """Over HTTP a report is added and its number told; what others wrote is for the command line."""
    for each in CALLERS.values():
        with filled.begin_nested() as savepoint:
            become(filled, each)
            added = "INSERT INTO feedback (kind, query, right_text) VALUES ('other', 'x', 'y') RETURNING id"
            assert filled.scalar(text(added)) > 0
            for statement in ("SELECT query FROM feedback", "UPDATE feedback SET note = ''", "DELETE FROM feedback"):
                assert denied(filled, statement), statement
            savepoint.rollback()


@pytest.mark.parametrize("table", [*TABLES, "api_key", "audit", "unit", "place", "feed_head", "breach", "breach_entry"])
def test_no_role_of_the_service_truncates_or_sees_keys(filled: Session, table: str) -> None:
    """Not even the administrator's requests empty a table, read a digest of a key, or change the map."""
    become(filled, CALLERS["administrator"])
    assert denied(filled, f"TRUNCATE {table} CASCADE")
    if table in {"api_key", "audit"}:
        assert denied(filled, f"SELECT * FROM {table}")
    if table == "unit":
        assert denied(filled, "UPDATE unit SET name = 'x'")


def test_the_reader_reads_doors_and_nothing_of_people(filled: Session) -> None:
    """The geocoder's role: all doors, no references, no cells as handed over, no proposals, keys or trail; it writes nothing."""
    filled.execute(text("SET LOCAL ROLE diachiso_reader"))
    assert {HERE, ELSEWHERE} <= seen(filled, "address")
    for statement in (
        "SELECT ref FROM household", "SELECT raw FROM batch_row", "SELECT 1 FROM correction", "SELECT 1 FROM feedback",
        "SELECT 1 FROM api_key", "SELECT 1 FROM audit", "SELECT 1 FROM resident", "SELECT 1 FROM restriction",
        "SELECT 1 FROM restricted_row", "SELECT 1 FROM breach", "SELECT 1 FROM breach_entry",
        "SELECT 1 FROM job", "SELECT 1 FROM upload",
        "UPDATE address SET note = ''", "DELETE FROM digital_address",
        "INSERT INTO feedback (kind, query, right_text) VALUES ('other', 'x', 'y')",
    ):  # fmt: skip
        assert denied(filled, statement), statement


WRITTEN = "SELECT jsonb_build_object('id', 1, 'status', 'complete', 'note', 'x', 'recorded_text', 'x', 'ref', 'x', 'address_id', 1)"


def test_the_reader_reads_no_image_of_people(filled: Session) -> None:
    """Of what stood before a change no references and no words of people, of households nothing; of doors now neither notes nor texts.

    Of changes and of acts by hand neither who made them nor why.
    """
    filled.execute(
        text("INSERT INTO change (province_code, entity, entity_id, op, before, actor, reason)"
             f" SELECT '{HERE}', e, 'IMAGE', 'update', ({WRITTEN}), 'x', 'x'"
             " FROM unnest(ARRAY['address', 'household', 'external_code', 'place', 'unit', 'digital_address']) AS e")
    )  # fmt: skip
    public = {"address", "place", "unit", "digital_address"}
    images = "SELECT entity, before FROM change_image WHERE entity_id = 'IMAGE'"
    assert {row.entity for row in filled.execute(text(images)) if row.before["note"] == "x"} == public
    for owner in ("", "diachiso_test_owner"):
        with filled.begin_nested() as savepoint:
            if owner:
                # An owner that is no superuser is held by the policies, and the view, which reads as he does, with him.
                filled.execute(text(f"CREATE ROLE {owner} NOINHERIT; GRANT USAGE ON SCHEMA public TO {owner}"))
                filled.execute(text(f"ALTER TABLE change OWNER TO {owner}; ALTER VIEW change_image OWNER TO {owner}"))
            filled.execute(text("SET LOCAL ROLE diachiso_reader"))
            found = {row.entity: row.before for row in filled.execute(text(images))}
            assert found == {entity: {"id": 1, "status": "complete", "address_id": 1} for entity in public}, owner
            assert set(filled.scalars(text("SELECT entity FROM change WHERE entity_id = 'IMAGE'"))) <= public
            assert set(filled.execute(text("SELECT actor, reason FROM change_image"))) <= {("", "")}
            for statement in (
                "SELECT before FROM change", "SELECT * FROM change", "SELECT actor FROM change", "SELECT reason FROM change",
                "SELECT note FROM address", "SELECT recorded_text FROM address", "SELECT to_jsonb(a) FROM address AS a",
                "SELECT 1 FROM address_image", "DELETE FROM change_image",
            ):  # fmt: skip
                assert denied(filled, statement), statement
            savepoint.rollback()


@pytest.mark.parametrize("who", [name for name in CALLERS if name != "public"])
def test_callers_read_no_image_beside_their_provinces(filled: Session, who: str) -> None:
    """The view that the reader has is nobody else's; in the table itself they see what is theirs."""
    become(filled, CALLERS[who])
    assert denied(filled, "SELECT 1 FROM change_image")


def test_the_auditor_sees_the_trail_alone(filled: Session) -> None:
    """And adds nothing to it."""
    become(filled, caller(Role.AUDITOR))
    assert filled.scalar(text("SELECT count(*) FROM audit")) > 0
    for table in (*TABLES, "api_key", "feedback", "breach", "breach_entry"):
        assert denied(filled, f"SELECT 1 FROM {table}"), table
    assert denied(filled, "INSERT INTO audit (actor, role, action, entity) VALUES ('x', 'x', 'insert', 'x')")


def test_breaches_are_seen_by_administrators_alone(filled: Session) -> None:
    """Nobody who asks over HTTP writes one, and not even the owner changes what is written."""
    for each in CALLERS.values():
        with filled.begin_nested() as savepoint:
            become(filled, each)
            for table in ("breach", "breach_entry"):
                assert filled.scalar(text(f"SELECT count(*) FROM {table}")) == (each.role is Role.ADMINISTRATOR)
            assert denied(filled, "INSERT INTO breach (detected_at, what, actor) VALUES (now(), 'x', 'x')")
            savepoint.rollback()
    for statement in ("UPDATE breach SET what = 'x'", "DELETE FROM breach_entry", "TRUNCATE breach_entry"):
        assert denied(filled, statement)


def test_what_is_restricted_is_shown_to_administrators_alone(filled: Session) -> None:
    """Officers see neither the residents nor the kept rows of a household that is."""
    batch = filled.scalar(text(f"SELECT max(id) FROM batch WHERE province_code = '{HERE}'"))
    kept = f"SELECT count(*) FROM batch_row WHERE province_code = '{HERE}' AND batch_id = {batch} AND row_no = 999999"
    filled.execute(
        text("INSERT INTO batch_row (batch_id, row_no, province_code, outcome, issues, raw)"
             f" VALUES ({batch}, 999999, '{HERE}', 'rejected', '{{}}', '{{}}')")
    )  # fmt: skip
    for hidden in (False, True):
        if hidden:
            filled.execute(text("UPDATE resident SET restricted_at = now()"))
            filled.execute(text(f"UPDATE restricted_row SET batch_id = {batch}, row_no = 999999 WHERE province_code = '{HERE}'"))
        for name in ("officer", "administrator"):
            with filled.begin_nested() as savepoint:
                become(filled, CALLERS[name])
                shown = not hidden or name == "administrator"
                assert (filled.scalar(text(kept)), HERE in seen(filled, "resident")) == (shown, shown)
                savepoint.rollback()


def test_the_owner_is_held_too_unless_it_says_so(filled: Session) -> None:
    """FORCE: an owner that is no superuser sees nothing before its connection says `diachiso.owner = all`."""
    filled.execute(text("CREATE ROLE diachiso_test_owner NOINHERIT"))
    filled.execute(text("ALTER TABLE address OWNER TO diachiso_test_owner"))
    filled.execute(text("SET LOCAL ROLE diachiso_test_owner"))
    filled.execute(text("SET LOCAL diachiso.owner = ''"))
    assert seen(filled, "address") == set()
    filled.execute(text("SET LOCAL diachiso.owner = 'all'"))
    assert {HERE, ELSEWHERE} <= seen(filled, "address")


def test_a_role_of_the_service_gains_nothing_by_saying_that_it_is_the_owner(filled: Session) -> None:
    """The word counts for owners only."""
    become(filled, CALLERS["officer"])
    filled.execute(text("SET LOCAL diachiso.owner = 'all'"))
    assert seen(filled, "address") == {HERE}


@pytest.fixture
def pooled(sample_db: str) -> Iterator[Engine]:
    """Give an engine of the service; one session at a time gets one connection, again and again."""
    engine = db.serving_engine(sample_db)
    yield engine
    engine.dispose()


ENDS = ("commit", "rollback", "close", "error")


@pytest.mark.parametrize("end", ENDS)
def test_nothing_is_left_on_a_connection_that_goes_back_to_the_pool(pooled: Engine, end: str) -> None:
    """However a transaction ends, the next one begins as the reader, with no province and no name."""
    with Session(pooled) as session:
        bind(session, CALLERS["officer"])
        first = session.scalar(text("SELECT pg_backend_pid()"))
        assert seen(session, "address") == {HERE}
        _end(session, end)
        if end in {"commit", "rollback"}:
            # The next transaction of the same session is bound again.
            assert seen(session, "address") == {HERE}
    with Session(pooled) as session:
        assert session.scalar(text("SELECT pg_backend_pid()")) == first
        assert session.scalar(text("SELECT current_user")) == "diachiso_reader"
        names = "unnest(ARRAY['reads', 'writes', 'actor', 'role']) AS name"
        left = session.execute(text(f"SELECT current_setting('diachiso.' || name, true) FROM {names}"))
        assert set(left.scalars()) <= {"", None}
        assert denied(session, "SELECT ref FROM household")
    with Session(pooled) as session:
        bind(session, caller(Role.COURIER, ELSEWHERE))
        assert seen(session, "address") == {ELSEWHERE}


def test_a_prepared_look_up_obeys_whoever_runs_it_next(pooled: Engine, sample_db: str) -> None:
    """The plan that the reader prepared on a connection shows an officer of another province nothing."""
    with db.session(sample_db) as owner:
        lon, lat = owner.execute(text(f"SELECT ST_X(point), ST_Y(point) FROM address WHERE province_code = '{HERE}' LIMIT 1")).one()
    with Session(pooled) as session:
        (found,) = nearest_doors(session, lon, lat, 1)
    with Session(pooled) as session:
        bind(session, caller(Role.PROVINCE_OFFICER, ELSEWHERE))
        assert all(door.id != found[0].id for door in (each for each, _ in nearest_doors(session, lon, lat, 3)))


def test_the_gate_sees_keys_and_nothing_else(pooled: Engine) -> None:
    """The role that proves keys reads no door and changes no key."""
    with Session(pooled) as session:
        bind_gate(session)
        assert session.scalar(text("SELECT count(*) FROM api_key")) == 0
        for statement in ("SELECT 1 FROM address", "UPDATE api_key SET role = 'administrator'", "DELETE FROM api_key"):
            assert denied(session, statement), statement


def test_policies_cost_the_geocoder_no_index(pooled: Engine) -> None:
    """The reader's policy is a constant that the planner drops: the spatial index serves the nearest doors as before."""
    with Session(pooled) as session:
        asked = "SELECT id FROM address WHERE point && ST_MakeEnvelope(103, 21, 103.001, 21.001, 4326)"
        plan = "\n".join(session.scalars(text(f"EXPLAIN {asked}")))
    assert "ix_address_point" in plan
    assert "current_setting" not in plan


def _end(session: Session, how: str) -> None:
    if how == "commit":
        session.commit()
    elif how == "rollback":
        session.rollback()
    elif how == "error":
        with pytest.raises(DBAPIError):
            session.execute(text("SELECT 1 / 0"))


def _json(row: object) -> str:
    import json  # noqa: PLC0415 - one line of a helper

    return json.dumps(row)


def test_a_job_is_its_askers_alone(filled: Session) -> None:
    """Whatever the role and the provinces: another actor sees no row of it, changes none and adds none in that name."""
    insert = (
        "INSERT INTO job (kind, actor, role, name, bytes, sha256, asked, options, expires_at)"
        " VALUES ('search', :actor, 'courier', 'x.csv', 1, repeat('0', 64), '', '{}', now())"
    )
    mine, other = CALLERS["courier"], CALLERS["administrator"]
    become(filled, mine)
    filled.execute(text(insert), {"actor": mine.actor})
    assert filled.scalar(text("SELECT count(*) FROM job")) == 1
    assert denied(filled, insert, {"actor": other.actor})
    become(filled, other)
    assert filled.scalar(text("SELECT count(*) FROM job")) == 0
    assert filled.execute(text("UPDATE job SET state = 'cancelled'")).rowcount == 0
