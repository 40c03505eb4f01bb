savepoint sync;

savepoint file;

create temp table staging_clients (
  file_no integer not null, line integer not null, key uuid not null, row_hash bigint not null,
    repeat boolean not null, company text, client_code text, name text, payment_term_days integer,
    parent_code text
) on commit drop;

copy "staging_clients" (
  "file_no", "line", "key", "row_hash", "repeat", "company", "client_code", "name", "payment_term_days",
    "parent_code"
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

create temp table repeats_clients on commit drop as
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
from "staging_clients" s
where s.key in (select key from "staging_clients" where repeat)
window same_key as (partition by s.key order by s.file_no, s.line);

select exists (select from "clients" where tenant_id = {tenant}::text) as any;

create temp table pairs_clients on commit drop as
select {tenant}::text as tenant_id, coalesce(s.key, t.key) as key, s.key is null as vanished, s."file_no",
  s."line", s."row_hash", s."company", s."client_code", s."name", s."payment_term_days", s."parent_code"
from "staging_clients" s
left join (select key, row_hash from "clients" e where tenant_id = {tenant}::text) t on t.key = s.key
where case when s.key is null then t.row_hash <> 0 else s.row_hash is distinct from t.row_hash end
order by key;

set local enable_nestloop = on; set local enable_seqscan = off;

create temp table delta_clients on commit drop as
select m.tenant_id, m.key, m.row_hash, m.file_no, m.line, m."company" as "company",
  m."client_code" as "client_code", m."name" as "name", m."payment_term_days" as "payment_term_days",
  m."parent_code" as "parent_code",
  case
    when not m.stored then 'inserted'
    when m.manual then 'manual'
    when m.differing then 'updated'
    else 'unchanged'
    end as action,
  m.gone and not m.manual as reopened
from (
  select s.tenant_id, s.key, s.row_hash, s.file_no, s.line,
    coalesce(s."company", {company}::text) as "company", s."client_code" as "client_code", s."name" as "name",
    s."payment_term_days" as "payment_term_days", s."parent_code" as "parent_code",
    t.key is not null as stored,
    (
      (coalesce(s."company", {company}::text)) is distinct from t."company"
        or (s."client_code") is distinct from t."client_code"
        or (s."name") is distinct from t."name"
        or (s."payment_term_days") is distinct from t."payment_term_days"
        or (s."parent_code") is distinct from t."parent_code"
    ) as differing,
    false as manual, false as gone
  from pairs_clients s
  left join "clients" t on t.tenant_id = s.tenant_id and t.key = s.key
  where not s.vanished
) m;

set local enable_nestloop = off; set local enable_seqscan = on;

select file_no, count(*) filter (where action = 'inserted')::int as inserted,
  count(*) filter (where action = 'updated')::int as updated,
  count(*) filter (where action = 'rejected')::int as rejected,
  count(*) filter (where reopened and action <> 'rejected')::int as reopened,
  count(*) filter (where (d.action = 'updated' or d.reopened and d.action = 'unchanged'))::int as changed,
  count(*) filter (where (d.action = 'unchanged' and not d.reopened))::int as renewed
from delta_clients d
group by file_no;

set local enable_nestloop = on; set local enable_seqscan = off;

insert into changes (tenant_id, sync_id, dataset, key, change, before)
select t.tenant_id, {sync}::bigint, 'clients', t.key,
  case when d.reopened then 'reopened' else 'updated' end,
  jsonb_strip_nulls(to_jsonb(t) - '{tenant_id,key,notes,stop_reminders}'::text[])
from "clients" t, delta_clients d
where (d.action = 'updated' or d.reopened and d.action = 'unchanged')
  and t.tenant_id = d.tenant_id
  and t.key = d.key
on conflict (tenant_id, sync_id, dataset, key) do update
set change = excluded.change;

set local enable_nestloop = off; set local enable_seqscan = on;

set local enable_nestloop = on; set local enable_seqscan = off;

update "clients" t
set "company" = d."company", "client_code" = d."client_code", "name" = d."name",
  "payment_term_days" = d."payment_term_days", "parent_code" = d."parent_code", row_hash = d.row_hash,
  last_changed = {sync}::bigint
from delta_clients d
where t.tenant_id = d.tenant_id
  and t.key = d.key
  and (d.action = 'updated' or d.reopened and d.action = 'unchanged');

set local enable_nestloop = off; set local enable_seqscan = on;

insert into "clients" (
  "tenant_id", "key", "row_hash", "first_seen", "last_changed", "company", "client_code", "name",
    "payment_term_days", "parent_code"
)
select d.tenant_id, d.key, d.row_hash, {sync}::bigint, {sync}::bigint, d."company", d."client_code",
  d."name", d."payment_term_days", d."parent_code"
from delta_clients d
where d.action = 'inserted'
order by d.key;

create temp table changed_terms on commit drop as
select c.company, c.client_code, c.payment_term_days as term
from changes h
join clients c on c.tenant_id = h.tenant_id and c.key = h.key
where h.tenant_id = {tenant}::text
  and h.sync_id = {sync}::bigint
  and h.dataset = 'clients'
  and (h.before->>'payment_term_days')::int is distinct from c.payment_term_days;

create temp table changed_due_dates on commit drop as
select t.key, t.entry_date + c.term as due_date
from ecritures t
join changed_terms c using (company, client_code)
where t.tenant_id = {tenant}::text
  and t.entry_type = 'invoice'
  and (t.due_date is null or t.due_date_derived)
  and t.due_date is distinct from t.entry_date + c.term;

insert into changes (tenant_id, sync_id, dataset, key, change, before)
select {tenant}::text, {sync}::bigint, 'ecritures', t.key, 'updated',
  jsonb_strip_nulls(to_jsonb(t) - '{tenant_id,key,notes,stop_reminders}'::text[])
from ecritures t
join changed_due_dates using (key)
where t.tenant_id = {tenant}::text;

update ecritures t
set due_date = d.due_date, due_date_derived = d.due_date is not null, last_changed = {sync}::bigint
from changed_due_dates d
where t.tenant_id = {tenant}::text and t.key = d.key;

select exists (select from "staging_clients" s where parent_code is not null) as any;

select file_no, total::int,
  jsonb_agg(jsonb_build_object('line', line, 'value', left(value, 200)) order by line) as examples
from (
  select f.*, count(*) over (partition by file_no) as total,
    row_number() over (partition by file_no order by line) as place
  from (
    select s.file_no, s.line, s.parent_code as value
    from "staging_clients" s
    left join clients c on c.tenant_id = {tenant}::text
      and c.company = coalesce(s."company", {company}::text)
      and c.client_code = s.parent_code
    where s.parent_code is not null and c.client_code is null
  ) f
) n
where place <= 5
group by file_no, total
order by file_no;

select file_no, total::int,
  jsonb_agg(jsonb_build_object('line', line, 'value', left(value, 200)) order by line) as examples
from (
  select f.*, count(*) over (partition by file_no) as total,
    row_number() over (partition by file_no order by line) as place
  from (
    with recursive above (company, client_code, ancestor, depth) as (
      select coalesce(s."company", {company}::text), s.client_code, s.parent_code, 1
      from "staging_clients" s
      where s.parent_code is not null
      union select a.company, a.client_code, c.parent_code, a.depth + 1
      from above a
      join clients c on c.tenant_id = {tenant}::text and c.company = a.company and c.client_code = a.ancestor
      where c.parent_code is not null and a.ancestor <> a.client_code and a.depth < 32
    )
    select distinct s.file_no, s.line, s.parent_code as value
    from "staging_clients" s
    join above a on a.company = coalesce(s."company", {company}::text)
      and a.client_code = s.client_code
      and a.ancestor = s.client_code
  ) f
) n
where place <= 5
group by file_no, total
order by file_no;
