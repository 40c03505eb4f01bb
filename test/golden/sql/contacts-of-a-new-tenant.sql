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

select avg((key > before)::int)::float8 as share
from (
  select key, lag(key) over (order by file_no, line) as before
  from (select file_no, line, key from "staging_contacts" limit 20000) head
) steps;

insert into "contacts" (
  "tenant_id", "key", "row_hash", "first_seen", "last_changed", "company", "client_code", "last_name",
    "email", "is_main"
)
select {tenant}::text, m.key, m.row_hash, {sync}::bigint, {sync}::bigint, m."company", m."client_code",
  m."last_name", m."email", m."is_main"
from (
  select s.key, s.row_hash, s.file_no, s.line, coalesce(s."company", {company}::text) as "company",
    s."client_code" as "client_code", s."last_name" as "last_name", s."email" as "email",
    coalesce(s."is_main", false) as "is_main", c.client_code is null as unknown
  from "staging_contacts" s
  left join clients c on c.tenant_id = {tenant}::text
    and c.company = coalesce(s."company", {company}::text)
    and c.client_code = s.client_code
) m
where not m.unknown
order by m.key;

with late as (
  insert into late_rejections
  select 'contacts', s.file_no, s.line, 'client_code', 'unknown_client', left(s.client_code, 200)
  from "staging_contacts" s
  left join clients c on c.tenant_id = {tenant}::text
    and c.company = coalesce(s."company", {company}::text)
    and c.client_code = s.client_code
  where c.client_code is null
  returning file_no
)
select file_no, count(*)::int as rejected
from late
group by file_no;

select exists (
  select from late_rejections l where l.dataset = 'contacts' and l.code = 'unknown_client'
) as any;

select file_no, total::int,
  jsonb_agg(jsonb_build_object('line', line, 'value', left(value, 200)) order by line) as examples
from (
  select f.*, count(*) over (partition by file_no) as total,
    row_number() over (partition by file_no order by line) as place
  from (
    select l.file_no, l.line, l.value || ' → ' || c.client_code as value
    from (
      select l.file_no, l.line, l.value, ltrim(regexp_replace(lower(l.value), '[.,]0+$', ''), '0') as bare
      from late_rejections l
      where l.dataset = 'contacts' and l.code = 'unknown_client'
    ) l
    join (
      select ltrim(regexp_replace(lower(client_code), '[.,]0+$', ''), '0') as bare,
        min(client_code) as client_code
      from clients
      where tenant_id = {tenant}::text
      group by 1
    ) c on c.bare = l.bare
    where l.bare <> ''
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

declare batches no scroll cursor for select distinct line
from late_rejections
where dataset = 'contacts' and file_no = '1'
order by line;

fetch 100 from batches;

close batches;

truncate late_raws;

copy "late_raws" ("line", "raw") from stdin;

declare batches no scroll cursor for select l.line, l.column_name, l.code, l.value, coalesce(r.raw, '')
from late_rejections l
left join late_raws r on r.line = l.line
where l.dataset = 'contacts' and l.file_no = '1'
order by l.line, l.place;

fetch 100 from batches;

close batches;

create temp table new_rejections (
  file_no integer, line integer, column_name text, code text, value text, raw text
) on commit drop;

copy "new_rejections" ("file_no", "line", "column_name", "code", "value", "raw") from stdin;

insert into rejections (tenant_id, sync_id, file_no, line, column_name, code, value, raw)
select {tenant}::text, {sync}::bigint, file_no, line, column_name, code, value, raw
from new_rejections
order by file_no, line;

declare batches no scroll cursor for select file_no, line, column_name, code, value, raw
from rejections
where tenant_id = {tenant} and sync_id = '2' and file_no = any('1')
order by file_no, line;

fetch 100 from batches;

close batches;
