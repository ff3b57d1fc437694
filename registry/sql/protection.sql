-- How the tables are protected at this moment.

-- name: state
-- How the tables are protected, as one short digest for each table and kind of protection. Names, not numbers, and no owner: a restored
-- copy states the same. Serves: security.protection, doctor/protection.py.
WITH relation AS (
    SELECT c.* FROM pg_class AS c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
        AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
),
acl AS (
    SELECT relname AS name, '' AS part, relacl AS given FROM relation
    UNION ALL
    SELECT r.relname, a.attname, a.attacl FROM relation AS r JOIN pg_attribute AS a ON a.attrelid = r.oid WHERE a.attnum > 0 AND NOT a.attisdropped
    UNION ALL
    SELECT 'public', 'schema', nspacl FROM pg_namespace WHERE nspname = 'public'
),
fact AS (
    SELECT relname AS name, 'rows' AS kind, concat_ws(' ', relrowsecurity, relforcerowsecurity, reloptions::text) AS fact
    FROM relation WHERE relrowsecurity OR relforcerowsecurity OR relkind = 'v'
    UNION ALL
    SELECT l.name, 'grants', concat_ws(' ', l.part, g.rolname, a.privilege_type, a.is_grantable)
    FROM acl AS l CROSS JOIN LATERAL aclexplode(l.given) AS a LEFT JOIN pg_roles AS g ON g.oid = a.grantee
    WHERE a.grantee = 0 AND l.part <> 'schema' OR g.rolname = ANY (:roles)
    UNION ALL
    SELECT tablename, 'policies', concat_ws(' ', policyname, permissive, roles, cmd, qual, '/', with_check)
    FROM pg_policies WHERE schemaname = 'public'
    UNION ALL
    -- Triggers of foreign keys have names made of numbers.
    SELECT r.relname, 'triggers', concat_ws(' ', t.tgenabled, pg_get_triggerdef(t.oid), p.prosecdef, p.proconfig, md5(p.prosrc))
    FROM relation AS r JOIN pg_trigger AS t ON t.tgrelid = r.oid JOIN pg_proc AS p ON p.oid = t.tgfoid
    WHERE NOT t.tgisinternal OR t.tgenabled <> 'O'
)
SELECT name, kind, left(md5(string_agg(fact, ' ; ' ORDER BY fact COLLATE "C")), 8) AS digest FROM fact GROUP BY name, kind ORDER BY name, kind;

-- name: roles
-- What roles of the service may do that `db upgrade` gives to none: such a role would read past every policy. Serves: doctor/protection.py.
SELECT r.rolname FROM pg_roles AS r
WHERE r.rolname = ANY (:roles) AND (
    r.rolsuper OR r.rolbypassrls OR r.rolcanlogin OR r.rolcreaterole OR r.rolreplication
    OR EXISTS (SELECT FROM pg_auth_members AS m WHERE m.member = r.oid)
)
ORDER BY 1;
