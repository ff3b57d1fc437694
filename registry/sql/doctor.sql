-- What the doctor asks of the catalogue and of the registry; each statement names what is wrong, a few of each.

-- name: settings
-- Serves: doctor/server.py; the settings of the server that cost data or speed when they are wrong.
SELECT name, setting FROM pg_settings
WHERE name IN (
    'fsync', 'full_page_writes', 'synchronous_commit', 'data_checksums', 'shared_buffers', 'autovacuum', 'track_counts',
    'max_connections', 'server_encoding', 'log_timezone', 'archive_mode', 'archive_command', 'wal_level'
);

-- name: extensions
-- Serves: doctor/server.py; extensions whose objects are older than the library that is installed.
SELECT e.extname || ' ' || e.extversion || ' → ' || a.default_version
FROM pg_extension AS e
JOIN pg_available_extensions AS a ON a.name = e.extname
WHERE a.default_version <> e.extversion AND e.extname IN ('postgis', 'btree_gist')
ORDER BY 1;

-- name: collations
-- Serves: doctor/server.py; sort orders that a newer library changed under indexes made with the older one.
SELECT 'database ' || datname AS name FROM pg_database
WHERE datname = current_database() AND datcollversion <> pg_database_collation_actual_version(oid)
UNION ALL
SELECT 'collation ' || collname FROM pg_collation
WHERE collversion <> pg_collation_actual_version(oid)
ORDER BY 1;

-- name: archiver
-- Serves: doctor/server.py; whether the last try to archive WAL failed, and of which file.
SELECT coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false) AS fails, last_failed_wal FROM pg_stat_archiver;

-- name: slots
-- Serves: doctor/server.py; replication slots that nobody reads and that keep WAL.
SELECT slot_name FROM pg_replication_slots WHERE NOT active AND restart_lsn IS NOT NULL ORDER BY 1;

-- name: connections
-- Serves: doctor/activity.py.
SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend';

-- name: sessions
-- Serves: doctor/activity.py; transactions open for long, and whether they do anything.
SELECT pid, application_name, state, extract(epoch FROM now() - xact_start) AS seconds, extract(epoch FROM now() - state_change) AS idle
FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL AND backend_type = 'client backend'
ORDER BY xact_start;

-- name: waiting
-- Serves: doctor/activity.py; sessions that have waited for a lock, and for whom.
SELECT a.pid, pg_blocking_pids(a.pid) AS behind, extract(epoch FROM clock_timestamp() - a.state_change) AS seconds
FROM pg_stat_activity AS a
WHERE a.datname = current_database() AND a.wait_event_type = 'Lock'
ORDER BY a.state_change;

-- name: wraparound
-- Serves: doctor/storage.py; transactions since the oldest row that is not frozen.
SELECT age(datfrozenxid) FROM pg_database WHERE datname = current_database();

-- name: dead
-- Serves: doctor/storage.py; tables of which much is rows that are no more.
SELECT relname FROM pg_stat_user_tables
WHERE n_dead_tup > :least AND n_dead_tup > 0.3 * (n_live_tup + n_dead_tup) AND relname = ANY (:tables)
ORDER BY n_dead_tup DESC;

-- name: unlogged
-- Serves: doctor/storage.py; tables that a crash would empty.
SELECT relname FROM pg_class
WHERE relpersistence = 'u' AND relkind IN ('r', 'p') AND relname = ANY (:tables) AND relnamespace = 'public'::regnamespace
ORDER BY 1;

-- name: unvacuumed
-- Serves: doctor/storage.py; tables for which autovacuum was turned off.
SELECT relname FROM pg_class
WHERE 'autovacuum_enabled=false' = ANY (reloptions) AND relname = ANY (:tables) AND relnamespace = 'public'::regnamespace
ORDER BY 1;

-- name: unknown
-- Serves: doctor/storage.py; tables with rows of which the planner knows nothing.
SELECT c.relname FROM pg_class AS c
WHERE c.relkind = 'r' AND c.relname = ANY (:tables) AND c.relnamespace = 'public'::regnamespace
  AND pg_relation_size(c.oid) > :least AND NOT EXISTS (SELECT FROM pg_statistic AS s WHERE s.starelid = c.oid)
ORDER BY 1;

-- name: sequences
-- Serves: doctor/storage.py; the sequence of every column that numbers rows of the registry.
SELECT t.relname AS table_name, a.attname AS column_name, coalesce(pg_sequence_last_value(s.oid), 0) AS given
FROM pg_class AS s
JOIN pg_depend AS d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
JOIN pg_class AS t ON t.oid = d.refobjid
JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
WHERE s.relkind = 'S' AND t.relname = ANY (:tables) AND t.relnamespace = 'public'::regnamespace
ORDER BY 1;

-- name: indexes
-- Serves: doctor/storage.py; what stands of every index.
SELECT c.relname AS name, i.indisvalid AND i.indisready AS valid
FROM pg_index AS i
JOIN pg_class AS c ON c.oid = i.indexrelid
WHERE c.relnamespace = 'public'::regnamespace;

-- name: twice_active
-- Serves: doctor/contents.py; doors with several active codes, which only a lost index lets in.
SELECT address_id::text FROM digital_address WHERE status = 'active' GROUP BY address_id, province_code HAVING count(*) > 1 ORDER BY 1 LIMIT 5;

-- name: without_boundary
-- Serves: doctor/contents.py; communes in force of which nobody knows where they lie.
SELECT count(*) AS missing, min(u.full_name) AS example FROM unit AS u
WHERE u.level = 'commune' AND u.in_force AND NOT EXISTS (SELECT FROM unit_boundary AS b WHERE b.unit_id = u.id);

-- name: stuck
-- Serves: doctor/work.py; batches that were begun and neither committed nor rejected since.
SELECT id::text FROM batch
WHERE state IN ('received', 'staged', 'checked') AND received_at < now() - make_interval(hours => :hours)
ORDER BY id LIMIT 5;

-- name: undecided
-- Serves: doctor/work.py; doors of split communes that wait for an officer.
SELECT count(*) FROM reform_waiting WHERE decided_at IS NULL;

-- name: pages
-- Serves: doctor/sampled.py; how large a table is now, whether it was analyzed or not.
SELECT pg_relation_size(CAST(:relation AS regclass)) / current_setting('block_size')::bigint;

-- name: astray
-- Serves: doctor/sampled.py; doors, among drawn pages, of another province than their commune.
SELECT a.id, a.province_code, u.full_name AS commune, u.province_code AS stated
FROM address AS a TABLESAMPLE SYSTEM (:percent)
JOIN unit AS u ON u.id = a.commune_id
WHERE u.province_code <> a.province_code
ORDER BY a.id;

-- name: drawn_codes
-- Serves: doctor/sampled.py; codes of ours that hold, among drawn pages.
SELECT code FROM digital_address TABLESAMPLE SYSTEM (:percent) WHERE status = 'active' AND scheme = 'diachiso';

-- name: holds_on_retired
-- Serves: doctor/sampled.py; by the order of the index of retired doors, so that no other door is read.
SELECT d.code
FROM (
    SELECT id, province_code FROM address WHERE retired_at IS NOT NULL ORDER BY place_id, house_key LIMIT :most
) AS a
JOIN digital_address AS d ON d.address_id = a.id AND d.province_code = a.province_code
WHERE d.status = 'active'
ORDER BY 1;

-- name: outdated_places
-- Serves: doctor/sampled.py; one look through all places, half a million in the country.
SELECT id, name FROM place WHERE fold_version < :version ORDER BY id LIMIT :most;

-- name: drawn_places
-- Serves: doctor/sampled.py; those that stand apart by their number, which `doubled` tells, are left out.
SELECT id, kind, name, key FROM place TABLESAMPLE SYSTEM (:percent) WHERE key NOT LIKE '% / ' || id ORDER BY id;
