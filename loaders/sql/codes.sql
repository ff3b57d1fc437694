-- Codes for doors that came without one.

-- name: taken
-- Drawn codes that exist already, whatever became of them: another one is drawn for their doors.
UPDATE parsed AS p SET drawn = '' FROM digital_address AS c WHERE c.code = p.drawn AND NOT p.fatal;

-- name: drawn
INSERT INTO digital_address (code, province_code, scheme, address_id, status, batch_id)
SELECT drawn, province_code, 'diachiso', address_id, 'active', :batch
FROM settled
WHERE drawn IS NOT NULL
-- Where the key is kept meanwhile it grows at its end: half as long as in the order of the doors.
ORDER BY CASE WHEN :keyed THEN drawn END COLLATE "C";

-- name: expected
SELECT count(drawn), count(*) FILTER (WHERE leader = row_no AND drawn IS NULL) FROM settled;

-- name: code_wanted
-- Doors that still have no active code: what was drawn had been drawn before, or the registry knew them without one.
CREATE TEMP TABLE code_wanted ON COMMIT DROP AS
SELECT s.address_id, d.postal_code, s.province_code
FROM settled AS s
JOIN door AS d USING (row_no)
WHERE s.leader = s.row_no AND d.postal_code IS NOT NULL
    AND NOT EXISTS (
        SELECT FROM digital_address AS x WHERE x.address_id = s.address_id AND x.province_code = s.province_code AND x.status = 'active'
    );
