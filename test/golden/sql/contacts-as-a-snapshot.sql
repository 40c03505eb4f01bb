savepoint sync;

savepoint file;

create temp table staging_contacts (
  file_no integer not null, line integer not null, key uuid not null, row_hash bigint not null,
    repeat boolean not null, company text, client_code text, last_name text, email text, is_main boolean
) on commit drop;

copy "staging_contacts" (
  "file_no", "line", "key", "row_hash", "repeat", "company", "client_code", "last_name", "email", "is_main"
)
from stdin;

savepoint load;

set local work_mem = '128MB';
set local hash_mem_multiplier = 2;
set local jit = off;
set local enable_mergejoin = off;
set local enable_nestloop = off;

select set_config('client_connection_check_interval', '1s', true) where version() like '%linux%';

create temp table late_rejections (
  dataset text not null, file_no integer not null, line integer not null, column_name text,
    code text not null, value text, place integer generated always as identity
) on commit drop;

create temp table late_raws (line integer, raw text) on commit drop;

create temp table repeats_contacts on commit drop as
select s.ctid as tid, s.file_no, s.line, s.key,
  case
    when row_number() over (partition by s.key, s.row_hash order by s.file_no, s.line) > 1
      and (false) then 'duplicate'
    when false or row_number() over same_key = 1 then 'kept'
    when s.row_hash = first_value(s.row_hash) over same_key then 'duplicate'
    else 'rejected'
    end as verdict,
  case when false then dense_rank() over (partition by s.key order by s.row_hash) else 1 end as ordinal,
  false as unidentified, null::text as piece
from "staging_contacts" s
where s.key in (select key from "staging_contacts" where repeat)
window same_key as (partition by s.key order by s.file_no, s.line);

select exists (select from "contacts" where tenant_id = {tenant}::text) as any;

set local enable_nestloop = on; set local enable_seqscan = off;

with recursive known as (
  select (select company from clients where tenant_id = {tenant}::text order by company limit 1) as company
  union all
  select (
    select company
    from clients
    where tenant_id = {tenant}::text and company > k.company
    order by company
    limit 1
  )
  from known k
  where k.company is not null
)
select company
from known
where company is not null;

set local enable_nestloop = off; set local enable_seqscan = on;

create temp table pairs_contacts on commit drop as
select {tenant}::text as tenant_id, coalesce(s.key, t.key) as key, s.key is null as vanished, s."file_no",
  s."line", s."row_hash", s."company", s."client_code", s."last_name", s."email", s."is_main"
from "staging_contacts" s
full join (select key, row_hash from "contacts" e where tenant_id = {tenant}::text) t on t.key = s.key
where case when s.key is null then t.row_hash <> 0 else s.row_hash is distinct from t.row_hash end
order by key;

set local enable_nestloop = on; set local enable_seqscan = off;

create temp table delta_contacts on commit drop as
select m.tenant_id, m.key, m.row_hash, m.file_no, m.line, m."company" as "company",
  m."client_code" as "client_code", m."last_name" as "last_name", m."email" as "email",
  m."is_main" as "is_main",
  case
    when m.unknown then 'rejected'
    when not m.stored then 'inserted'
    when m.manual then 'manual'
    when m.differing then 'updated'
    else 'unchanged'
    end as action,
  m.gone and not m.manual as reopened
from (
  select s.tenant_id, s.key, s.row_hash, s.file_no, s.line,
    coalesce(s."company", {company}::text) as "company", s."client_code" as "client_code",
    s."last_name" as "last_name", s."email" as "email", coalesce(s."is_main", false) as "is_main",
    c.client_code is null as unknown, t.key is not null as stored,
    (
      (coalesce(s."company", {company}::text)) is distinct from t."company"
        or (s."client_code") is distinct from t."client_code"
        or (s."last_name") is distinct from t."last_name"
        or (s."email") is distinct from t."email"
        or (coalesce(s."is_main", false)) is distinct from t."is_main"
    ) as differing,
    coalesce(t.origin = 'manual', false) as manual, coalesce(t.row_hash = 0 and not t.active, false) as gone
  from pairs_contacts s
  left join "contacts" t on t.tenant_id = s.tenant_id and t.key = s.key
  left join clients c on c.tenant_id = s.tenant_id
    and c.company = coalesce(s."company", {company}::text)
    and c.client_code = s.client_code
  where not s.vanished
) m;

set local enable_nestloop = off; set local enable_seqscan = on;

insert into late_rejections
select 'contacts', file_no, line, 'client_code', 'unknown_client', left(client_code, 200)
from delta_contacts
where action = 'rejected';

select file_no, count(*) filter (where action = 'inserted')::int as inserted,
  count(*) filter (where action = 'updated')::int as updated,
  count(*) filter (where action = 'rejected')::int as rejected,
  count(*) filter (where reopened and action <> 'rejected')::int as reopened,
  count(*) filter (where (d.action = 'updated' or d.reopened and d.action = 'unchanged'))::int as changed,
  count(*) filter (where (d.action = 'unchanged' and not d.reopened))::int as renewed
from delta_contacts d
group by file_no;

select sum(f.inserted + f.updated + f.unchanged)::int as rows
from sync_files f
where f.tenant_id = {tenant}::text
  and f.dataset = 'contacts'::text
  and f.sync_id = (
    select f.sync_id
    from sync_files f
    join syncs s on s.tenant_id = f.tenant_id and s.id = f.sync_id
    where f.tenant_id = {tenant}::text
      and f.dataset = 'contacts'::text
      and f.sync_id <> {sync}::bigint
      and s.state = 'applied'
      and s.reverted_by is null
      and f.detail->>'mode' = 'snapshot'
      and coalesce(
        f.detail->'scope', '[{"companies":[""],"journal":null,"from":null}]'::text::jsonb
      ) = '[{"companies":[""],"journal":null,"from":null}]'::text::jsonb
      and not (f.detail->>'sameAsBefore')::boolean
      and f.detail->>'quarantine' is null
    order by s.place desc
    limit 1
  );

set local enable_nestloop = on; set local enable_seqscan = off;

insert into changes (tenant_id, sync_id, dataset, key, change, before)
select t.tenant_id, {sync}::bigint, 'contacts', t.key,
  case when d.reopened then 'reopened' else 'updated' end,
  jsonb_strip_nulls(to_jsonb(t) - '{tenant_id,key,notes,stop_reminders}'::text[])
from "contacts" t, delta_contacts d
where (d.action = 'updated' or d.reopened and d.action = 'unchanged')
  and t.tenant_id = d.tenant_id
  and t.key = d.key
on conflict (tenant_id, sync_id, dataset, key) do update
set change = excluded.change;

set local enable_nestloop = off; set local enable_seqscan = on;

set local enable_nestloop = on; set local enable_seqscan = off;

update "contacts" t
set "company" = d."company", "client_code" = d."client_code", "last_name" = d."last_name",
  "email" = d."email", "is_main" = d."is_main", active = t.active or d.reopened, row_hash = d.row_hash,
  last_changed = {sync}::bigint
from delta_contacts d
where t.tenant_id = d.tenant_id
  and t.key = d.key
  and (d.action = 'updated' or d.reopened and d.action = 'unchanged');

set local enable_nestloop = off; set local enable_seqscan = on;

insert into "contacts" (
  "tenant_id", "key", "row_hash", "first_seen", "last_changed", "company", "client_code", "last_name",
    "email", "is_main"
)
select d.tenant_id, d.key, d.row_hash, {sync}::bigint, {sync}::bigint, d."company", d."client_code",
  d."last_name", d."email", d."is_main"
from delta_contacts d
where d.action = 'inserted'
order by d.key;

set local enable_nestloop = on; set local enable_seqscan = off;

insert into changes (tenant_id, sync_id, dataset, key, change, before)
select t.tenant_id, {sync}::bigint, 'contacts', t.key, 'deactivated',
  jsonb_build_object('active', t."active", 'row_hash', t."row_hash", 'last_changed', t."last_changed")
from "contacts" t, pairs_contacts d
where d.vanished and t.tenant_id = d.tenant_id and t.key = d.key
on conflict (tenant_id, sync_id, dataset, key) do update
set change = excluded.change;

set local enable_nestloop = off; set local enable_seqscan = on;

set local enable_nestloop = on; set local enable_seqscan = off;

update "contacts" t
set "active" = false, "row_hash" = 0, "last_changed" = {sync}::bigint
from pairs_contacts p
where t.tenant_id = p.tenant_id and t.key = p.key and p.vanished;

set local enable_nestloop = off; set local enable_seqscan = on;

select exists (
  select from late_rejections l where l.dataset = 'contacts' and l.code = 'unknown_client'
) as any;

select file_no, total::int,
  jsonb_agg(jsonb_build_object('line', line, 'value', left(value, 200)) order by line) as examples
from (
  select f.*, count(*) over (partition by file_no) as total,
    row_number() over (partition by file_no order by line) as place
  from (
    select s.file_no, s.line, s.client_code as value
    from "staging_contacts" s
    join (
      select company, client_code
      from contacts
      where tenant_id = {tenant}::text and is_main and active
      group by 1, 2
      having count(*) > 1
    ) several on several.company = coalesce(s."company", {company}::text)
      and several.client_code = s.client_code
    where s.is_main
  ) f
) n
where place <= 5
group by file_no, total
order by file_no;
