-- Codes for doors that came without one.

-- name: issued
-- The codes that doors of the postal codes of the file have: all that are written as ours lie between the bounds, in whatever way the server
-- sorts. Nothing else of the country is read.
CREATE TEMP TABLE issued ON COMMIT DROP AS
SELECT c.code
FROM (SELECT DISTINCT left(drawn, 5) AS code FROM door WHERE drawn <> '') AS p
CROSS JOIN LATERAL (SELECT x.code FROM digital_address AS x WHERE x.code BETWEEN p.code || '-' AND p.code || '-ZZZZZ' OFFSET 0) AS c;

-- name: analyze_issued
ANALYZE issued;

-- name: taken
-- Drawn codes that exist already, whatever became of them: another one is drawn for their doors.
UPDATE parsed AS p SET drawn = '' FROM issued AS i WHERE i.code = p.drawn AND NOT p.fatal;

-- name: drawn
INSERT INTO digital_address (code, province_code, scheme, address_id, status, batch_id)
SELECT drawn, province_code, 'diachiso', address_id, 'active', :batch
FROM settled
WHERE drawn IS NOT NULL
-- Where the key is kept meanwhile it grows at its end: half as long as in the order of the doors.
ORDER BY CASE WHEN :keyed THEN drawn END COLLATE "C";

-- name: expected
SELECT count(drawn), count(*) FILTER (WHERE speaks AND drawn IS NULL) FROM settled;

-- name: code_wanted
-- Doors that still have no active code: what was drawn had been drawn before, or the registry knew them without one.
CREATE TEMP TABLE code_wanted ON COMMIT DROP AS
SELECT s.address_id, d.postal_code, s.province_code
FROM settled AS s
JOIN door AS d USING (row_no)
WHERE s.speaks AND s.drawn IS NULL AND d.postal_code IS NOT NULL
    AND NOT EXISTS (
        SELECT FROM digital_address AS x WHERE x.address_id = s.address_id AND x.province_code = s.province_code AND x.status = 'active'
    );

-- name: known_wanted
CREATE TEMP TABLE known_wanted ON COMMIT DROP AS
SELECT w.address_id, w.province_code FROM code_wanted AS w JOIN settled AS s USING (address_id) WHERE NOT s.is_new GROUP BY 1, 2;

-- name: known_issued
-- Codes that doors of before were issued: that of a new door stands in the row that brought the door, these would stand nowhere.
INSERT INTO change (batch_id, province_code, entity, entity_id, op, before)
SELECT :batch, c.province_code, 'digital_address', c.code, 'insert', CAST('{}' AS jsonb)
FROM known_wanted AS w
JOIN digital_address AS c ON c.address_id = w.address_id AND c.province_code = w.province_code AND c.status = 'active';

-- name: known_given
-- Codes that came with rows of doors of before, unless they are withdrawn ones that came again.
INSERT INTO change (batch_id, province_code, entity, entity_id, op, before)
SELECT DISTINCT :batch, c.province_code, 'digital_address', c.code, 'insert', CAST('{}' AS jsonb)
FROM settled AS s
JOIN digital_address AS c ON c.address_id = s.address_id AND c.province_code = s.province_code AND c.status = 'active'
WHERE s.brings AND NOT s.is_new AND c.batch_id = :batch
    AND NOT EXISTS (
        SELECT FROM change AS x
        WHERE x.entity = 'digital_address' AND x.entity_id = c.code AND x.province_code = c.province_code AND x.batch_id = :batch
    );
