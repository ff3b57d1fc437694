"""No statement joins two tables that lie apart by province without the province; the reference is `registry.distribution`."""

import re
from pathlib import Path

import pytest

from registry.distribution import DISTRIBUTED, REFERENCE
from registry.models.tables import Base
from tests.sql_blocks import Block, blocks, written

ROOT = Path(__file__).parents[2]
ROOMS = ("registry", "loaders", "geocode", "service")
# Temporary tables of a batch whose rows bear the province of their door.
OF_DOORS = ("door", "settled", "spoken", "written", "leaving", "revived", "undone", "imaged", "mine", "code_wanted")
BOUND = {*DISTRIBUTED, *OF_DOORS}
_CODE = "a code is looked for in every province: the key holds it unique inside one"
EXCEPT = {
    "loaders/sql/match.sql:by_code": _CODE,
    "loaders/sql/codes.sql:issued": _CODE,
    "loaders/sql/match.sql:one_to_one": "a code may have led to a door of another province, which code_taken then refuses",
    "loaders/sql/write.sql:moved_code": "a withdrawn code leaves the province that it lay in",
    "loaders/sql/quarantine.sql:settled_by": "joins two counts by batch, not rows",
    "geocode/sql/doors.sql:by_code": _CODE,
    "service/sql/codes.sql:by_code": _CODE,
    "registry/sql/changes.sql:address_ids": "looks for doors that have left the province",
    "registry/sql/changes.sql:codes_known": "looks for codes of doors that have left the province",
    "registry/sql/changes.sql:homes": "asks in which province a door was",
    "loaders/sql/reform_write.sql:households": "looks for references of doors that have left the province",
    "registry/sql/life.sql:move_refs": "looks whether the province that references come to bears them already",
    "registry/sql/story.sql:images": "a place that a reform ended is remembered in the province that it lay in",
    "registry/sql/rights.sql:grants": "hands out rights on tables and asks for no row",
    "loaders/result.py": "asks only whether the file itself brought a code",
    "loaders/checks/registered.py:row.code_withdrawn": _CODE,
    "loaders/checks/registered.py:row.code_taken": _CODE,
}


def lonely(block: Block) -> set[str]:
    """Return the aliases of a block that the province does not tie to the others; empty where all is well.

    Distributed tables are tied to one another, and to one of the temporary tables beside them.
    """
    own = {alias for alias, table in block.tables.items() if table in BOUND}
    if not any(block.tables[alias] in DISTRIBUTED for alias in own):
        return set()
    pairs = [tuple(side.rpartition(".")[::2] for side in pair) for pair in block.equal]
    around = {alias for pair in pairs for alias, _ in pair if alias not in block.tables and block.table(alias) in BOUND}
    far = {alias for alias in own | around if block.table(alias) in DISTRIBUTED}
    ties = [{first[0], second[0]} for first, second in pairs if first[1] == second[1] == "province_code"]
    ties += [own for used in block.used if "province_code" in used]
    reached = {min(far & own)}
    while grown := {alias for tie in ties if tie & reached for alias in tie} - reached:
        reached |= grown
    near = (own | around) - far
    return (far - reached) | (near if near and not near & reached else set())


def found(place: str, body: str) -> str:
    """Return the name under which a statement may be excepted: that of its file, and of the statement or of the issue that it reports."""
    issue = re.search(r"'(row\.\w+)'", body)
    path, _, name = place.partition(":")
    return place if not name.isdigit() else f"{path}:{issue[1]}" if issue else path


def test_two_distributed_tables_never_join_without_the_province() -> None:
    """In every statement of every room the tables of doors are tied by province_code, but for the exceptions named above."""
    apart: dict[str, set[str]] = {}
    for place, body in written(ROOT, ROOMS):
        # The view is the table, row by row.
        if alone := {alias for block in blocks(body.replace("change_image", "change")) for alias in lonely(block)}:
            apart[found(place, body)] = alone
    assert {place: alone for place, alone in apart.items() if place not in EXCEPT} == {}
    assert set(EXCEPT) <= set(apart), "an exception that nothing needs"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT FROM address a JOIN household h ON h.address_id = a.id",
        "SELECT FROM address AS a, digital_address AS c WHERE c.address_id = a.id",
        "UPDATE address AS a SET note = '' FROM settled AS s WHERE a.id = s.address_id",
        "DELETE FROM household AS h USING undone AS u WHERE u.address_id = h.address_id",
        "SELECT FROM address AS a WHERE EXISTS (SELECT FROM household AS h WHERE h.address_id = a.id)",
        "SELECT FROM (SELECT * FROM address) AS a LEFT JOIN digital_address d ON d.address_id = a.id",
        "SELECT 1 UNION ALL SELECT 1 FROM external_code e JOIN address a ON a.id = e.address_id",
        "SELECT FROM a JOIN unit u ON true JOIN address AS x ON x.id = 1 JOIN batch_row AS r USING (id)",
    ],
)
def test_a_join_without_the_province_is_seen(sql: str) -> None:
    """However the join is written; with the province added it passes."""
    assert any(lonely(block) for block in blocks(sql))


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT FROM address a JOIN household h ON h.address_id = a.id AND h.province_code = a.province_code",
        "SELECT FROM address AS a JOIN mine USING (id, province_code)",
        "SELECT FROM address AS a WHERE EXISTS (SELECT FROM household AS h WHERE (h.address_id = 1 AND a.province_code = h.province_code))",
        "SELECT FROM address AS a JOIN unit AS u ON u.id = a.commune_id",
        "INSERT INTO digital_address AS c (code) SELECT drawn FROM settled AS s ON CONFLICT (code) DO UPDATE SET code = ''",
    ],
)
def test_a_join_by_province_or_with_a_reference_table_passes(sql: str) -> None:
    """What lies together, and what lies everywhere, may be joined."""
    assert not any(lonely(block) for block in blocks(sql))


def test_every_table_is_distributed_or_a_reference() -> None:
    """Nobody adds a table without saying where it lies."""
    assert set(DISTRIBUTED) | set(REFERENCE) == set(Base.metadata.tables)
    assert not set(DISTRIBUTED) & set(REFERENCE)


def test_the_script_in_the_readme_names_the_same_tables() -> None:
    """What registry/README.md would run on Citus is what the code says."""
    script = (ROOT / "registry" / "README.md").read_text(encoding="utf-8")
    assert re.search(r"FOREACH .* ARRAY\[([^]]+)\]", script), "no loop over the tables"
    lists = [tuple(re.findall(r"'(\w+)'", part)) for part in re.findall(r"ARRAY\[([^]]+)\]", script)]
    assert lists == [REFERENCE, DISTRIBUTED]
