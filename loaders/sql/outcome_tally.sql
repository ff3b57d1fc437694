-- Communes whose counts a batch changes.

-- name: touched
-- Those of its doors, and those that doors were moved out of.
SELECT commune_id FROM settled GROUP BY commune_id
UNION
SELECT (before ->> 'commune_id')::integer FROM change WHERE batch_id = :batch AND entity = 'address';

-- name: undone
-- Those of the doors that undoing a batch removes or restores, before and after.
SELECT a.commune_id FROM undone AS u JOIN address AS a ON a.id = u.address_id AND a.province_code = u.province_code
UNION
SELECT (i.before ->> 'commune_id')::integer FROM imaged AS i WHERE i.entity = 'address';
