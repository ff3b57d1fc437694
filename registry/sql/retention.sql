-- What is not kept longer than it is needed. Serves: privacy.retention.

-- name: kept_rows
-- The cells of rows that never entered; outcome, issues and the commune that coverage counts them in stay.
UPDATE batch_row AS r
SET raw = '{}', details = (
    SELECT jsonb_object_agg(d.key, d.value) FROM jsonb_each(r.details) AS d WHERE d.key IN ('commune_code', 'commune_before')
)
FROM batch AS b
WHERE b.id = r.batch_id AND r.outcome <> 'accepted' AND r.raw <> '{}' AND coalesce(b.committed_at, b.received_at) < :before;

-- name: feedback
-- The words of users and of reviewers; kind, codes, point and verdict stay.
UPDATE feedback
SET query = '***', right_text = CASE WHEN right_text IS NULL THEN NULL ELSE '***' END, note = '', review_note = ''
WHERE state <> 'open' AND reviewed_at < :before AND query <> '***';

-- name: readings
DELETE FROM audit WHERE action = 'read' AND at < :before;

-- name: residents
-- People behind doors that are no more.
DELETE FROM resident AS r USING address AS a
WHERE a.id = r.address_id AND a.province_code = r.province_code AND a.retired_at < :before;

-- name: uploads
-- Hand-over files and tables that wait in the service; whoever expires them removes their files.
UPDATE upload SET expires_at = :now WHERE state <> 'expired' AND expires_at > :now AND created_at < :before;

-- name: jobs
UPDATE job SET expires_at = :now WHERE state <> 'expired' AND expires_at > :now AND created_at < :before;
