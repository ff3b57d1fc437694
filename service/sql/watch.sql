-- What the service asks of its database when somebody watches it; each statement reads few rows.

-- name: writable
-- Serves: routes/health.readyz, readings.of_database.
SELECT NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off';

-- name: batches
-- Serves: readings.of_database.
SELECT state, count(*) AS batches FROM batch GROUP BY state;

-- name: feed
-- Serves: readings.of_database; the newest event, and how long ago the newest batch or its undoing was committed.
SELECT
    coalesce((SELECT max(event) FROM feed_head), 0) AS head,
    coalesce(extract(epoch FROM clock_timestamp() - max(greatest(committed_at, rolled_back_at))), 0) AS seconds
FROM batch;
