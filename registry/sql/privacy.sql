-- What is held of people, for those who may see it and for the people themselves.

-- name: behind
-- Serves: households.behind; the households of a door, and whether each is restricted, by itself or with its door.
SELECT h.id, h.ref, h.created_batch_id, EXISTS (
    SELECT FROM restriction AS x
    WHERE x.province_code = h.province_code AND x.lifted_at IS NULL
        AND (x.household_id = h.id OR (x.household_id IS NULL AND x.address_id = h.address_id))
) AS restricted
FROM household AS h
WHERE h.address_id = :address AND h.province_code = :province
ORDER BY h.id;
