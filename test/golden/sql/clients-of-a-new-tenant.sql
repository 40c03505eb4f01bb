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

select avg((key > before)::int)::float8 as share
from (
  select key, lag(key) over (order by file_no, line) as before
  from (select file_no, line, key from "staging_clients" limit 20000) head
) steps;

insert into "clients" (
  "tenant_id", "key", "row_hash", "first_seen", "last_changed", "company", "client_code", "name",
    "payment_term_days", "parent_code"
)
select {tenant}::text, m.key, m.row_hash, {sync}::bigint, {sync}::bigint, m."company", m."client_code",
  m."name", m."payment_term_days", m."parent_code"
from (
  select s.key, s.row_hash, s.file_no, s.line, coalesce(s."company", {company}::text) as "company",
    s."client_code" as "client_code", s."name" as "name", s."payment_term_days" as "payment_term_days",
    s."parent_code" as "parent_code"
  from "staging_clients" s
) m;

select exists (select from "staging_clients" s where parent_code is not null) as any;
