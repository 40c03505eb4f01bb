savepoint sync;

select exists (select from ecritures where tenant_id = {tenant}::text) as any;

select company, client_code from clients where tenant_id = {tenant}::text limit '200001'::int;

savepoint file;

create temp table staging_ecritures (
  file_no integer not null, line integer not null, key uuid not null, row_hash bigint not null,
    repeat boolean not null, company text, client_code text, piece_number text, due_date date,
    entry_type text, entry_date date, amount numeric(15, 2), label text, letter text
) on commit drop;

copy "ecritures" (
  "first_seen", "last_changed", "key", "row_hash", "due_date_derived", "company", "client_code",
    "piece_number", "due_date", "entry_type", "entry_date", "amount", "label", "letter", "tenant_id",
    "status", "settled_by_sync", "settled_at"
)
from stdin;

copy "staging_ecritures" (
  "file_no", "line", "key", "row_hash", "repeat", "company", "client_code", "piece_number", "due_date",
    "entry_type", "entry_date", "amount", "label", "letter"
)
from stdin;

set local enable_nestloop = off;

select exists (
  select
  from ecritures
  where tenant_id = {tenant}::text and key in (select key from "staging_ecritures" where repeat)
) as any;

set local enable_nestloop = on;

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

create temp table repeats_ecritures on commit drop as
select s.ctid as tid, s.file_no, s.line, s.key,
  case
    when row_number() over (partition by s.key, s.row_hash order by s.file_no, s.line) > 1
      and (true) then 'duplicate'
    when true or row_number() over same_key = 1 then 'kept'
    when s.row_hash = first_value(s.row_hash) over same_key then 'duplicate'
    else 'rejected'
    end as verdict,
  case when true then dense_rank() over (partition by s.key order by s.row_hash) else 1 end as ordinal,
  true as unidentified, left(s.piece_number, 200) as piece
from "staging_ecritures" s
where s.key in (select key from "staging_ecritures" where repeat)
window same_key as (partition by s.key order by s.file_no, s.line);

select exists (select from "ecritures" where tenant_id = {tenant}::text) as any;

select sum(f.inserted + f.updated + f.unchanged)::int as rows
from sync_files f
where f.tenant_id = {tenant}::text
  and f.dataset = 'ecritures'::text
  and f.sync_id = (
    select f.sync_id
    from sync_files f
    join syncs s on s.tenant_id = f.tenant_id and s.id = f.sync_id
    where f.tenant_id = {tenant}::text
      and f.dataset = 'ecritures'::text
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

create temp table balanced_letters on commit drop as
select company, client_code, account, letter
from (
  select coalesce(s."company", {company}::text) as company, s.client_code,
    coalesce(null::text, '') as account, s.letter, s.amount
  from "staging_ecritures" s
  union all
  select company, client_code, coalesce(account, ''), letter, amount
  from ecritures
  where tenant_id = {tenant}::text
) s
where letter is not null
group by 1, 2, 3, 4
having sum(amount) = 0;

select avg((key > before)::int)::float8 as share
from (
  select key, lag(key) over (order by file_no, line) as before
  from (select file_no, line, key from "staging_ecritures" limit 20000) head
) steps;

insert into "ecritures" (
  "tenant_id", "key", "row_hash", "first_seen", "last_changed", "company", "entry_type", "due_date",
    "account", "letter", "balance", "client_code", "piece_number", "entry_date", "amount", "label",
    "due_date_derived", "status", "settled_by_sync", "settled_at"
)
select {tenant}::text, m.key, m.row_hash, {sync}::bigint, {sync}::bigint, m."company", m."entry_type",
  case when m.entry_type = 'invoice' then coalesce(m.due_date, m.entry_date + m.term) else m.due_date end,
  m."account", m."letter", m."balance", m."client_code", m."piece_number", m."entry_date", m."amount",
  m."label", m.due_date is null and m.entry_type = 'invoice' and m.term is not null,
  case
    when m.balance = 0 or m.balance is null and m.balanced then 'settled'
    when m.balance is null and m.letter is not null and m.old_status = 'settled' then 'settled'
    else 'open'
    end,
  case
    when (
      case
        when m.balance = 0 or m.balance is null and m.balanced then 'settled'
        when m.balance is null and m.letter is not null and m.old_status = 'settled' then 'settled'
        else 'open'
        end
    ) = 'settled' then coalesce(case when m.old_status = 'settled' then m.old_sync end, {sync}::bigint)
    end,
  case
    when (
      case
        when m.balance = 0 or m.balance is null and m.balanced then 'settled'
        when m.balance is null and m.letter is not null and m.old_status = 'settled' then 'settled'
        else 'open'
        end
    ) = 'settled' then coalesce(case when m.old_status = 'settled' then m.old_at end, {now}::timestamptz)
    end
from (
  select s.key, s.row_hash, s.file_no, s.line, coalesce(s."company", {company}::text) as "company",
    coalesce(s."entry_type", case when s.amount >= 0 then 'invoice' else 'payment' end) as "entry_type",
    s."due_date" as "due_date", null::text as "account", s."letter" as "letter",
    null::numeric(15, 2) as "balance", s."client_code" as "client_code", s."piece_number" as "piece_number",
    s."entry_date" as "entry_date", s."amount" as "amount", s."label" as "label",
    c.client_code is null as unknown, c.payment_term_days as term, g.letter is not null as balanced,
    null::text as old_status, null::bigint as old_sync, null::timestamptz as old_at
  from "staging_ecritures" s
  left join clients c on c.tenant_id = {tenant}::text
    and c.company = coalesce(s."company", {company}::text)
    and c.client_code = s.client_code
  left join balanced_letters g on g.company = coalesce(s."company", {company}::text)
    and g.client_code = s.client_code
    and g.account = coalesce(null::text, '')
    and g.letter = s.letter
) m
where not m.unknown;

with late as (
  insert into late_rejections
  select 'ecritures', s.file_no, s.line, 'client_code', 'unknown_client', left(s.client_code, 200)
  from "staging_ecritures" s
  left join clients c on c.tenant_id = {tenant}::text
    and c.company = coalesce(s."company", {company}::text)
    and c.client_code = s.client_code
  where c.client_code is null
  returning file_no
)
select file_no, count(*)::int as rejected
from late
group by file_no;

select s.file_no, 'EUR'::text as currency, count(*)::int as rows,
  trunc(coalesce(sum(s.amount) filter (where s.amount > 0), 0) * 100)::text as debit,
  trunc(coalesce(-sum(s.amount) filter (where s.amount < 0), 0) * 100)::text as credit, '0' as balance
from late_rejections l
join "staging_ecritures" s on s.file_no = l.file_no and s.line = l.line
where l.dataset = 'ecritures' and l.code = 'unknown_client'
group by 1, 2;

select s.file_no, count(distinct (s.company, s.client_code))::int as clients
from late_rejections l
join "staging_ecritures" s on s.file_no = l.file_no and s.line = l.line
where l.dataset = 'ecritures' and l.code = 'unknown_client'
group by 1;

select exists (
  select from late_rejections l where l.dataset = 'ecritures' and l.code = 'unknown_client'
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
      where l.dataset = 'ecritures' and l.code = 'unknown_client'
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

declare batches no scroll cursor for select distinct line
from late_rejections
where dataset = 'ecritures' and file_no = '1'
order by line;

fetch 100 from batches;

close batches;

truncate late_raws;

copy "late_raws" ("line", "raw") from stdin;

declare batches no scroll cursor for select l.line, l.column_name, l.code, l.value, coalesce(r.raw, '')
from late_rejections l
left join late_raws r on r.line = l.line
where l.dataset = 'ecritures' and l.file_no = '1'
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

select line
from (select line, file_no, verdict, count(*) over (partition by key) as n from repeats_ecritures) r
where file_no = '1'::int and (n > 1 or verdict = 'moved')
union select line
from late_rejections
where dataset = 'ecritures'::text and file_no = '1'::int;

declare batches no scroll cursor for select file_no, line, column_name, code, value, raw
from rejections
where tenant_id = {tenant} and sync_id = '2' and file_no = any('1')
order by file_no, line;

fetch 100 from batches;

close batches;
