-- name: roles
-- The roles that the service works as; none can log in, none owns anything. Made in any database of a cluster. Serves: security.rights.
DO $$
DECLARE
    role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['diachiso_app', 'diachiso_reader', 'diachiso_gate', 'diachiso_auditor'] LOOP
        BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
                EXECUTE format('CREATE ROLE %I NOLOGIN NOINHERIT', role_name);
            END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL; -- Another database of this cluster made it in the same moment.
        END;
        IF NOT pg_has_role(current_user, role_name, 'MEMBER') THEN
            -- Before version 16 a grant cannot leave its rights behind; there an owner should be NOINHERIT.
            EXECUTE format('GRANT %I TO CURRENT_USER', role_name)
                || CASE WHEN current_setting('server_version_num')::int >= 160000 THEN ' WITH INHERIT FALSE' ELSE '' END;
        END IF;
    END LOOP;
END
$$;

-- name: images
-- What stood before each change of what is public, for whoever reads the past; the geocoder's role without what people wrote, who they
-- were, and why. It may read no image but these. No barrier: whatever looks into a row before its condition finds neither references nor words there.
-- Serves: security.rights, asof.sql, changes.sql, story.sql.
CREATE OR REPLACE VIEW change_image AS
SELECT
    c.id, c.batch_id, c.entity, c.entity_id, c.op, c.at, CASE WHEN current_user = 'diachiso_reader' THEN '' ELSE c.actor END AS actor,
    CASE WHEN current_user = 'diachiso_reader' THEN '' ELSE c.reason END AS reason, c.province_code, c.feed_id,
    CASE WHEN current_user = 'diachiso_reader' THEN c.before - '{note,recorded_text,ref}'::text[] ELSE c.before END AS before
FROM change AS c
WHERE c.entity IN ('address', 'digital_address', 'place', 'unit');

-- name: grants
-- What each role may do to whole tables; which rows, the policies below say. What was given by hand goes first. Serves: security.rights.
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM diachiso_app, diachiso_reader, diachiso_gate, diachiso_auditor;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM diachiso_app, diachiso_reader, diachiso_gate, diachiso_auditor;
REVOKE ALL ON SCHEMA public FROM diachiso_app, diachiso_reader, diachiso_gate, diachiso_auditor;
DO $$
DECLARE
    ours regclass;
BEGIN
    -- What everybody may do, the roles may do too; tables of extensions are theirs to give.
    FOR ours IN SELECT c.oid FROM pg_class AS c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
            AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
            AND EXISTS (
                SELECT FROM aclexplode(c.relacl) AS given WHERE given.grantee = 0
                UNION ALL
                SELECT FROM pg_attribute AS a, aclexplode(a.attacl) AS given WHERE a.attrelid = c.oid AND given.grantee = 0
            ) LOOP
        EXECUTE format('REVOKE ALL ON %s FROM PUBLIC', ours);
    END LOOP;
END
$$;
GRANT USAGE ON SCHEMA public TO diachiso_app, diachiso_reader, diachiso_gate, diachiso_auditor;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO diachiso_app, diachiso_reader;
-- Nobody who asks over HTTP sees keys or the trail; the reader sees no household reference, no kept row and nothing that people wrote.
REVOKE ALL ON api_key, audit FROM diachiso_app, diachiso_reader;
-- What users report is written over HTTP and read at the command line; whoever wrote is told the number and the time.
REVOKE ALL ON feedback FROM diachiso_app;
GRANT INSERT, SELECT (id, received_at) ON feedback TO diachiso_app;
REVOKE ALL ON household, batch_row, correction, feedback, job, upload, resident, restriction, restricted_row, breach, breach_entry
    FROM diachiso_reader;
GRANT SELECT (id, address_id, province_code, created_batch_id) ON household TO diachiso_reader;
-- Of a door all but the note and the text of who handed it over; what stood before a change, in `change_image` only, which is nobody else's.
REVOKE ALL ON address, address_image, change FROM diachiso_reader;
-- `life_event` is still read whole: processes of the release before name its actor and reason in their statements, and are not to fail beside
-- these rights. Nothing of this release reads the two; the next one takes them away.
REVOKE ALL ON change_image FROM diachiso_app;
GRANT SELECT (id, batch_id, entity, entity_id, op, at, province_code, feed_id) ON change TO diachiso_reader;
DO $$
BEGIN
    EXECUTE format('GRANT SELECT (%s) ON address TO diachiso_reader', (
        SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute
        WHERE attrelid = 'address'::regclass AND attnum > 0 AND NOT attisdropped AND attname NOT IN ('note', 'recorded_text')));
END
$$;
-- The cells as they were handed over stay out; details are what was made of them (units, numbers), which coverage of a past day counts by.
GRANT SELECT (batch_id, row_no, province_code, outcome, change, issues, details, address_id, code, resolved_by, origin_batch, origin_row)
    ON batch_row TO diachiso_reader;
GRANT INSERT, UPDATE, DELETE ON
    address, household, digital_address, external_code, place, batch, batch_row, change, life_event, correction, feed, commune_tally,
    waiting_tally, reform_waiting, job, upload
    TO diachiso_app;
-- The view is its invoker's: policies of address hold in it; to lock a row of it needs the right to change it.
GRANT UPDATE ON address_image TO diachiso_app;
GRANT UPDATE (no, event) ON feed_head TO diachiso_app;
GRANT INSERT ON audit TO diachiso_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO diachiso_app;
GRANT SELECT, UPDATE (last_used_on) ON api_key TO diachiso_gate;
GRANT SELECT ON audit TO diachiso_auditor;
-- The queue of jobs is written by requests; its tables are there when its migration ran.
DO $$
DECLARE
    queue regclass;
BEGIN
    FOR queue IN SELECT c.oid FROM pg_class AS c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname LIKE 'procrastinate\_%' LOOP
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO diachiso_app', queue);
    END LOOP;
END
$$;

-- name: policies
-- Row-level security by province, forced: `diachiso.reads` and `diachiso.writes` list the provinces whose doors may be seen and whose
-- records may be seen and written, set inside the transaction; unset they list none. The settings are read once a statement (sub-select).
-- The owner is held too, unless the connection says `diachiso.owner = all`, as the command line does. Serves: security.rights.
DO $$
DECLARE
    tables constant text[] := ARRAY['address', 'digital_address', 'external_code', 'household', 'batch', 'batch_row', 'change', 'life_event',
                                    'correction', 'reform_waiting', 'upload', 'resident', 'restriction', 'restricted_row',
                                    'commune_tally', 'waiting_tally'];
    doors constant text[] := ARRAY['address', 'digital_address', 'external_code', 'correction'];
    -- Counts, which everybody may see; who may be told small ones, the service decides.
    figures constant text[] := ARRAY['commune_tally', 'waiting_tally'];
    name text;
    old record;
    pattern constant text := $listed$(SELECT current_setting('diachiso.%1$s', true)) = '*'
        OR province_code = ANY (string_to_array((SELECT current_setting('diachiso.%1$s', true)), ','))$listed$;
    may_write text := format(pattern, 'writes');
    may_read text;
    owns constant text := $owns$current_setting('diachiso.owner', true) = 'all'
        AND current_user NOT IN ('diachiso_app', 'diachiso_reader', 'diachiso_gate', 'diachiso_auditor')$owns$;
BEGIN
    FOR old IN SELECT policyname, tablename FROM pg_policies WHERE schemaname = 'public' LOOP
        EXECUTE format('DROP POLICY %I ON %I', old.policyname, old.tablename);
    END LOOP;
    FOREACH name IN ARRAY tables LOOP
        may_read := CASE WHEN name = ANY (figures) THEN 'true' WHEN name = ANY (doors) THEN format(pattern, 'reads') ELSE may_write END;
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY owner_says_so ON %I USING (%s) WITH CHECK (%s)', name, owns, owns);
        EXECUTE format('CREATE POLICY see ON %I FOR SELECT TO diachiso_app USING (%s)', name, may_read);
        -- Whoever may see a door may propose a correction of it; deciding is the province's.
        EXECUTE format('CREATE POLICY add ON %I FOR INSERT TO diachiso_app WITH CHECK (%s)', name,
                       CASE WHEN name = 'correction' THEN may_read ELSE may_write END);
        EXECUTE format('CREATE POLICY alter_own ON %I FOR UPDATE TO diachiso_app USING (%s) WITH CHECK (%s)', name, may_write, may_write);
        EXECUTE format('CREATE POLICY remove_own ON %I FOR DELETE TO diachiso_app USING (%s)', name, may_write);
        -- A constant, which the planner drops: the geocoder's look-ups and the spatial index cost what they cost without policies.
        IF name NOT IN ('change', 'correction', 'upload', 'resident', 'restriction', 'restricted_row') THEN
            EXECUTE format('CREATE POLICY see_all ON %I FOR SELECT TO diachiso_reader USING (true)', name);
        END IF;
    END LOOP;
    -- The view `change_image` reads as its owner, for whom this holds too while the reader asks.
    CREATE POLICY see_public ON change FOR SELECT
        USING ((SELECT current_user) = 'diachiso_reader' AND entity IN ('address', 'digital_address', 'place', 'unit'));
    -- Streets and hamlets are everybody's to see, and their commune's province's to write.
    may_write := format('EXISTS (SELECT FROM unit AS u WHERE u.id = commune_id AND (%s))', replace(may_write, 'province_code', 'u.province_code'));
    -- An event that has its number stays: only what this transaction wrote, and did not number yet, is changed.
    FOREACH name IN ARRAY ARRAY['place', 'feed'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY owner_says_so ON %I USING (%s) WITH CHECK (%s)', name, owns, owns);
        EXECUTE format('CREATE POLICY see_all ON %I FOR SELECT TO diachiso_app, diachiso_reader USING (true)', name);
    END LOOP;
    EXECUTE format('CREATE POLICY write_own ON place TO diachiso_app USING (%s) WITH CHECK (%s)', may_write, may_write);
    CREATE POLICY add ON feed FOR INSERT TO diachiso_app WITH CHECK (no IS NULL);
    CREATE POLICY number_new ON feed FOR UPDATE TO diachiso_app USING (no IS NULL) WITH CHECK (true);
    CREATE POLICY remove_new ON feed FOR DELETE TO diachiso_app USING (no IS NULL);
    -- Of people: officers and administrators only, and what is restricted to administrators only. Rights narrow what the policies above allow.
    CREATE POLICY officers ON resident AS RESTRICTIVE FOR SELECT TO diachiso_app
        USING (current_setting('diachiso.role', true) = 'administrator'
               OR current_setting('diachiso.role', true) = 'province_officer' AND restricted_at IS NULL);
    CREATE POLICY unrestricted ON batch_row AS RESTRICTIVE FOR SELECT TO diachiso_app
        USING ((SELECT current_setting('diachiso.role', true)) = 'administrator' OR NOT EXISTS (
            SELECT FROM restricted_row AS r
            WHERE r.batch_id = batch_row.batch_id AND r.row_no = batch_row.row_no AND r.province_code = batch_row.province_code
        ));
    -- The register of breaches has no province: administrators see it; what they add over HTTP the owner writes, under their name.
    FOREACH name IN ARRAY ARRAY['breach', 'breach_entry'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY owner_says_so ON %I USING (%s) WITH CHECK (%s)', name, owns, owns);
        EXECUTE format('CREATE POLICY see ON %I FOR SELECT TO diachiso_app USING (%s)', name,
                       $admin$current_setting('diachiso.role', true) = 'administrator'$admin$);
    END LOOP;
    -- A job is its asker's: what it answers is what he may see.
    ALTER TABLE job ENABLE ROW LEVEL SECURITY;
    ALTER TABLE job FORCE ROW LEVEL SECURITY;
    EXECUTE format('CREATE POLICY owner_says_so ON job USING (%s) WITH CHECK (%s)', owns, owns);
    CREATE POLICY own ON job TO diachiso_app USING (actor = (SELECT current_setting('diachiso.actor', true)))
        WITH CHECK (actor = (SELECT current_setting('diachiso.actor', true)));
END
$$;

-- name: trail
-- Writes to records leave one row of the trail a transaction, table and operation, whatever wrote them; the trail only grows.
-- Serves: security.rights, security.audit.
CREATE OR REPLACE FUNCTION audit_write() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    key constant text := TG_TABLE_NAME || '.' || lower(TG_OP) || ' ';
    noted constant text := coalesce(current_setting('diachiso.noted', true), '');
BEGIN
    IF position(key IN noted) = 0 THEN
        PERFORM set_config('diachiso.noted', noted || key, true);
        INSERT INTO audit (actor, role, action, entity, provinces, purpose, request_id)
        VALUES (
            coalesce(nullif(current_setting('diachiso.actor', true), ''), session_user),
            coalesce(nullif(current_setting('diachiso.role', true), ''), 'owner'),
            lower(TG_OP), TG_TABLE_NAME,
            -- The provinces that were locked for this (registry.locks), for an import has too many rows to look through;
            -- else those in which whoever writes may write.
            coalesce(nullif(current_setting('diachiso.touched', true), ''), current_setting('diachiso.writes', true), ''),
            coalesce(current_setting('diachiso.purpose', true), ''),
            coalesce(current_setting('diachiso.request', true), '')
        );
    END IF;
    RETURN NULL;
END
$$;
CREATE OR REPLACE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The one exception: retention takes readings away that are older than two years, as the owner and saying so; writes stay for ever.
    IF TG_LEVEL = 'ROW' AND current_setting('diachiso.retention', true) = 'on'
        AND current_user NOT IN ('diachiso_app', 'diachiso_reader', 'diachiso_gate', 'diachiso_auditor') THEN
        IF OLD.action = 'read' AND OLD.at < now() - interval '730 days' THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'the audit trail is only ever added to' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE OR REPLACE TRIGGER audit_stays BEFORE UPDATE OR TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_stays();
CREATE OR REPLACE TRIGGER audit_row_stays BEFORE DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_stays();
CREATE OR REPLACE FUNCTION breach_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the register of breaches is only ever added to' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE OR REPLACE TRIGGER breach_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON breach FOR EACH STATEMENT EXECUTE FUNCTION breach_stays();
CREATE OR REPLACE TRIGGER breach_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON breach_entry
    FOR EACH STATEMENT EXECUTE FUNCTION breach_stays();
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['address', 'household', 'digital_address', 'external_code', 'batch', 'correction', 'reform_waiting',
                                'resident', 'restriction', 'breach', 'breach_entry'] LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER audit_write AFTER INSERT OR UPDATE OR DELETE ON %I'
                       ' FOR EACH STATEMENT EXECUTE FUNCTION audit_write()', name);
    END LOOP;
    -- The day on which a key was used is no act.
    CREATE OR REPLACE TRIGGER audit_write AFTER INSERT OR DELETE OR UPDATE OF digest, role, provinces, expires_at, revoked_at, rotated_to
        ON api_key FOR EACH STATEMENT EXECUTE FUNCTION audit_write();
END
$$;

-- name: followers
-- People follow their household to another door or province, and go with it, whoever moves it: no role of the service may write them itself.
-- Serves: security.rights.
CREATE OR REPLACE FUNCTION resident_follows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET diachiso.owner = 'all' AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM resident AS r USING gone AS g WHERE r.household_id = g.id;
    ELSE
        UPDATE resident AS r SET address_id = n.address_id, province_code = n.province_code
        FROM come AS n
        WHERE r.household_id = n.id AND (r.address_id <> n.address_id OR r.province_code <> n.province_code);
    END IF;
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER resident_follows AFTER UPDATE ON household REFERENCING NEW TABLE AS come
    FOR EACH STATEMENT EXECUTE FUNCTION resident_follows();
CREATE OR REPLACE TRIGGER resident_goes AFTER DELETE ON household REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION resident_follows();

-- name: enabled
-- Triggers that somebody switched off, or left to replicas alone, fire again; those of foreign keys only a superuser may switch.
-- Serves: security.rights.
DO $$
DECLARE
    quiet record;
BEGIN
    FOR quiet IN SELECT t.tgrelid::regclass AS tab, t.tgname FROM pg_trigger AS t
        JOIN pg_class AS c ON c.oid = t.tgrelid
        WHERE t.tgenabled <> 'O' AND c.relnamespace = 'public'::regnamespace
            AND (NOT t.tgisinternal OR (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)) LOOP
        EXECUTE format('ALTER TABLE %s ENABLE TRIGGER %I', quiet.tab, quiet.tgname);
    END LOOP;
END
$$;
