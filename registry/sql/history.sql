-- The moment of a change, and who waits for whom.

-- name: announce
-- The lock that every writer of history holds; taken before the moment is read, so that `settle` sees whoever has a moment.
LOCK TABLE change IN ROW EXCLUSIVE MODE;

-- name: moment
-- The clock at the first change of the transaction; the setting ends with it.
SELECT CAST(coalesce(
    nullif(current_setting('diachiso.moment', true), ''),
    set_config('diachiso.moment', CAST(clock_timestamp() AS text), true)
) AS timestamptz) AS at;

-- name: settle
-- An import gets its moment in the statement that writes its row of `batch`; every other change before it writes to `change`.
LOCK TABLE batch, change IN SHARE MODE;
