savepoint sync;

select exists (select from ecritures where tenant_id = {tenant}::text) as any;

select company, client_code from clients where tenant_id = {tenant}::text limit '200001'::int;

savepoint file;

create temp table staging_ecritures (
  file_no integer not null, line integer not null, key uuid not null, row_hash bigint not null,
    repeat boolean not null, company text, client_code text, piece_number text, due_date date,
    entry_type text, entry_date date, amount numeric(15, 2), label text, letter text
) on commit drop;

copy "staging_ecritures" (
  "file_no", "line", "key", "row_hash", "repeat", "company", "client_code", "piece_number", "due_date",
    "entry_type", "entry_date", "amount", "label", "letter"
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

create temp table balanced_letters on commit drop as
select company, client_code, account, letter
from (
  select coalesce(s."company", {company}::text) as company, s.client_code,
    coalesce(null::text, '') as account, s.letter, s.amount
  from "staging_ecritures" s
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

select exists (
  select from late_rejections l where l.dataset = 'ecritures' and l.code = 'unknown_client'
) as any;
