-- Codes for doors that came without one.

-- name: taken
-- Drawn codes that exist already, whatever became of them: another one is drawn for their doors.
UPDATE parsed AS p SET drawn = '' FROM digital_address AS c WHERE c.code = p.drawn AND NOT p.fatal;

-- name: drawn
-- In the order of the codes, so that the index grows at its end; half as long as in the order of the doors.
INSERT INTO digital_address (code, province_code, scheme, address_id, status, batch_id)
SELECT d.drawn, s.province_code, 'diachiso', s.address_id, 'active', :batch
FROM door AS d
JOIN settled AS s USING (row_no)
WHERE s.draws AND d.drawn <> ''
ORDER BY d.drawn COLLATE "C";

-- name: expected
SELECT count(*) FILTER (WHERE draws), count(*) FILTER (WHERE leader = row_no AND NOT draws) FROM settled;

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
