"""The change feed: transactions numbered in the order of their commits, by triggers, so that no writer can forget it.

What the registry holds already is numbered too: what no batch brought first, then the committed batches and the changes outside batches
in their order, so that a mirror may begin at 0. Batches that were undone before are left out: their doors are gone without an image.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0011"

# The transaction's row in feed, made on first need. The setting dies with the transaction, or with the savepoint that made the row.
# Its rows of change lie between two ids, so that they need no index of their own.
_REGISTER = """
CREATE FUNCTION feed_register(batch bigint) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE known bigint := nullif(current_setting('diachiso.feed', true), '')::bigint;
BEGIN
    IF known IS NOT NULL AND batch IS NOT NULL THEN
        UPDATE feed SET batch_id = batch WHERE id = known AND batch_id IS NULL;
        IF NOT FOUND THEN known := NULL; END IF;
    END IF;
    IF known IS NULL THEN
        INSERT INTO feed (batch_id, first_change)
        VALUES (batch, coalesce(pg_sequence_last_value('change_id_seq'), 0) + 1) RETURNING id INTO known;
        PERFORM set_config('diachiso.feed', known::text, true);
    END IF;
    RETURN known;
END $$
"""

_OF_CHANGE = """
CREATE FUNCTION feed_of_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM feed_register(NULL);
    RETURN NULL;
END $$
"""

_OF_BATCH = """
CREATE FUNCTION feed_of_batch() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM feed_register(NEW.id);
    RETURN NULL;
END $$
"""

# Runs inside COMMIT, once a transaction. Counting comes first; the row of feed_head is locked from its update to the end of the commit,
# so that numbers are given in the order in which transactions become visible, and a transaction that fails takes none.
_NUMBER = """
CREATE FUNCTION feed_number() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    told feed;
    most bigint;
BEGIN
    SELECT * INTO told FROM feed WHERE id = NEW.id;
    SELECT count(*), min(id), max(id) INTO told.changes, told.first_change, told.last_change FROM change
    WHERE id >= told.first_change AND feed_id = told.id AND entity IN ('address', 'digital_address', 'unit');
    SELECT count(*), count(code) INTO told.doors, told.codes FROM batch_row WHERE batch_id = told.batch_id AND change = 'new';
    IF told.changes + told.doors + told.codes = 0 THEN
        DELETE FROM feed WHERE id = told.id;
        RETURN NULL;
    END IF;
    UPDATE feed_head SET no = no + 1, event = event + told.changes + told.doors + told.codes RETURNING no, event INTO told.no, most;
    UPDATE feed SET no = told.no, changes = told.changes, doors = told.doors, codes = told.codes, at = clock_timestamp(),
        first_change = told.first_change, last_change = told.last_change, last_event = most, first_event = most - told.changes - told.doors - told.codes + 1
    WHERE id = told.id;
    PERFORM pg_notify('diachiso_changes', most::text);
    RETURN NULL;
END $$
"""

_TRIGGERS = (
    "CREATE TRIGGER feed_of_change BEFORE INSERT ON change FOR EACH STATEMENT EXECUTE FUNCTION feed_of_change()",
    """
    CREATE TRIGGER feed_of_batch AFTER UPDATE OF state ON batch FOR EACH ROW
    WHEN (NEW.state = 'committed' AND OLD.state <> 'committed') EXECUTE FUNCTION feed_of_batch()
    """,
    "CREATE TRIGGER feed_of_new_batch AFTER INSERT ON batch FOR EACH ROW WHEN (NEW.state = 'committed') EXECUTE FUNCTION feed_of_batch()",
    "CREATE CONSTRAINT TRIGGER feed_number AFTER INSERT ON feed DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION feed_number()",
)
_DEFAULT = "nullif(current_setting('diachiso.feed', true), '')::bigint"

# What stands in the registry, before triggers watch it. Rows of one transaction bear one moment; a batch is one transaction.
_HISTORY = (
    """
    INSERT INTO feed (no, batch_id, at)
    SELECT row_number() OVER (ORDER BY at, batch_id), batch_id, at
    FROM (
        SELECT id AS batch_id, coalesce(committed_at, received_at) AS at FROM batch WHERE state = 'committed'
        UNION ALL
        SELECT DISTINCT NULL::bigint, at FROM change WHERE batch_id IS NULL
        UNION ALL
        SELECT NULL, '-infinity'
    ) AS known
    """,
    """
    UPDATE change AS c SET feed_id = f.id FROM feed AS f
    WHERE f.batch_id = c.batch_id OR (c.batch_id IS NULL AND f.batch_id IS NULL AND f.at = c.at)
    """,
    """
    CREATE TEMP TABLE created ON COMMIT DROP AS
    SELECT r.address_id, r.code FROM batch_row AS r JOIN feed AS f USING (batch_id) WHERE r.change = 'new'
    """,
    "ANALYZE created",
    # What no row of a batch brought: units, doors and codes from elsewhere first, codes that a batch gave to known doors with the batch.
    """
    INSERT INTO change (province_code, entity, entity_id, op, before, at, feed_id)
    SELECT k.province_code, k.entity, k.id, 'insert', '{}', k.at, coalesce(f.id, (SELECT id FROM feed WHERE no = 1))
    FROM (
        SELECT 1 AS rank, '00' AS province_code, 'unit' AS entity, u.id::text AS id, NULL::bigint AS batch_id, now() AS at FROM unit AS u
        UNION ALL
        SELECT 2, a.province_code, 'address', a.id::text, NULL, a.created_at FROM address AS a
        WHERE NOT EXISTS (SELECT FROM created AS d WHERE d.address_id = a.id)
        UNION ALL
        SELECT 3, c.province_code, 'digital_address', c.code, c.batch_id, c.issued_at FROM digital_address AS c
        WHERE c.status <> 'withdrawn' AND NOT EXISTS (SELECT FROM created AS d WHERE d.code = c.code)
    ) AS k
    LEFT JOIN feed AS f ON f.batch_id = k.batch_id
    WHERE NOT EXISTS (SELECT FROM change AS c WHERE c.entity = k.entity AND c.entity_id = k.id AND c.op = 'insert')
    ORDER BY k.rank, length(k.id), k.id
    """,
    """
    UPDATE feed AS f SET changes = c.changes, first_change = c.first_change, last_change = c.last_change
    FROM (
        SELECT feed_id, count(*) AS changes, min(id) AS first_change, max(id) AS last_change FROM change
        WHERE entity IN ('address', 'digital_address', 'unit') GROUP BY feed_id
    ) AS c
    WHERE c.feed_id = f.id
    """,
    """
    UPDATE feed AS f
    SET doors = (SELECT count(*) FROM batch_row AS r WHERE r.batch_id = f.batch_id AND r.change = 'new'),
        codes = (SELECT count(r.code) FROM batch_row AS r WHERE r.batch_id = f.batch_id AND r.change = 'new'),
        at = CASE WHEN isfinite(f.at) THEN f.at ELSE now() END
    """,
    "UPDATE change SET feed_id = NULL WHERE feed_id IN (SELECT id FROM feed WHERE changes + doors + codes = 0)",
    "DELETE FROM feed WHERE changes + doors + codes = 0",
    """
    WITH counted AS (
        SELECT id, row_number() OVER by_no AS no, sum(changes + doors + codes) OVER by_no AS most FROM feed WINDOW by_no AS (ORDER BY no)
    )
    UPDATE feed AS f SET no = c.no, last_event = c.most, first_event = c.most - f.changes - f.doors - f.codes + 1
    FROM counted AS c WHERE c.id = f.id
    """,
    "INSERT INTO feed_head (no, event) SELECT coalesce(max(no), 0), coalesce(max(last_event), 0) FROM feed",
)


def upgrade() -> None:
    op.create_table(
        "feed",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("no", sa.BigInteger(), nullable=True),
        sa.Column("first_event", sa.BigInteger(), nullable=True),
        sa.Column("last_event", sa.BigInteger(), nullable=True),
        *(sa.Column(name, sa.Integer(), server_default="0", nullable=False) for name in ("changes", "doors", "codes")),
        *(sa.Column(name, sa.BigInteger(), nullable=True) for name in ("batch_id", "first_change", "last_change")),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed")),
    )
    op.create_table(
        "feed_head",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, server_default="1", nullable=False),
        sa.Column("installation", postgresql.UUID(as_uuid=True), server_default=sa.text("gen_random_uuid()"), nullable=False),
        *(sa.Column(name, sa.BigInteger(), server_default="0", nullable=False) for name in ("no", "event")),
        sa.CheckConstraint("id = 1", name=op.f("ck_feed_head_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_head")),
    )
    op.add_column("change", sa.Column("feed_id", sa.BigInteger(), nullable=True))
    for statement in _HISTORY:
        op.execute(statement)
    op.create_check_constraint(op.f("ck_feed_events"), "feed", "last_event - first_event + 1 = changes + doors + codes")
    op.create_index("uq_feed_no", "feed", ["no"], unique=True)
    op.create_index("uq_feed_last_event", "feed", ["last_event"], unique=True)
    op.create_index("uq_feed_batch_id", "feed", ["batch_id"], unique=True, postgresql_where=sa.text("batch_id IS NOT NULL"))
    op.alter_column("change", "feed_id", server_default=sa.text(_DEFAULT))
    for statement in (_REGISTER, _OF_CHANGE, _OF_BATCH, _NUMBER, *_TRIGGERS):
        op.execute(statement)


def downgrade() -> None:
    for name, table in (("feed_of_change", "change"), ("feed_of_batch", "batch"), ("feed_of_new_batch", "batch"), ("feed_number", "feed")):
        op.execute(f"DROP TRIGGER {name} ON {table}")
    op.drop_column("change", "feed_id")
    op.drop_table("feed_head")
    op.drop_table("feed")
    for name in ("feed_number()", "feed_of_batch()", "feed_of_change()", "feed_register(bigint)"):
        op.execute(f"DROP FUNCTION {name}")
