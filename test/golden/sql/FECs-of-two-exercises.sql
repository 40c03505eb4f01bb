savepoint sync;

savepoint file;

create temp table staging_ecritures (
  file_no integer not null, line integer not null, key uuid not null, row_hash bigint not null,
    repeat boolean not null, company text, client_code text, journal text, piece_number text, entry_type text,
    account text, entry_date date, amount numeric(15, 2), currency text, amount_currency numeric(15, 2),
    label text, letter text, letter_date date, extra jsonb
) on commit drop;

copy "staging_ecritures" (
  "file_no", "line", "key", "row_hash", "repeat", "company", "client_code", "journal", "piece_number",
    "entry_type", "account", "entry_date", "amount", "currency", "amount_currency", "label", "letter",
    "letter_date", "extra"
)
from stdin;

create temp table staging_clients (
  file_no integer not null, line integer not null, key uuid not null, row_hash bigint not null,
    repeat boolean not null, company text, client_code text, name text, account text
) on commit drop;

copy "staging_clients" (
  "file_no", "line", "key", "row_hash", "repeat", "company", "client_code", "name", "account"
)
from stdin;

savepoint file;

copy "staging_ecritures" (
  "file_no", "line", "key", "row_hash", "repeat", "company", "client_code", "journal", "piece_number",
    "entry_type", "account", "entry_date", "amount", "currency", "amount_currency", "label", "letter",
    "letter_date", "extra"
)
from stdin;

copy "staging_clients" (
  "file_no", "line", "key", "row_hash", "repeat", "company", "client_code", "name", "account"
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
where s.key in (select key from "staging_clients" group by key having count(*) > 1)
window same_key as (partition by s.key order by s.file_no, s.line);

select file_no, count(*) filter (where verdict = 'duplicate')::int as duplicate,
  count(*) filter (where verdict = 'rejected')::int as rejected,
  count(*) filter (where verdict = 'kept' and ordinal > 1)::int as renamed
from repeats_clients
group by file_no;

delete
from "staging_clients"
where ctid = any (array(select tid from repeats_clients where verdict <> 'kept'));

select file_no, total::int,
  jsonb_agg(jsonb_build_object('line', line, 'value', left(value, 200)) order by line) as examples
from (
  select f.*, count(*) over (partition by file_no) as total,
    row_number() over (partition by file_no order by line) as place
  from (
    select file_no, line, null::text as value
    from repeats_clients
    where verdict = 'duplicate' and not unidentified
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
    select file_no, line, piece as value from repeats_clients where verdict = 'duplicate' and unidentified
  ) f
) n
where place <= 5
group by file_no, total
order by file_no;

select exists (select from "clients" where tenant_id = {tenant}::text) as any;

select avg((key > before)::int)::float8 as share
from (
  select key, lag(key) over (order by file_no, line) as before
  from (select file_no, line, key from "staging_clients" limit 20000) head
) steps;

insert into "clients" (
  "tenant_id", "key", "row_hash", "first_seen", "last_changed", "company", "client_code", "name", "account"
)
select {tenant}::text, m.key, m.row_hash, {sync}::bigint, {sync}::bigint, m."company", m."client_code",
  m."name", m."account"
from (
  select s.key, s.row_hash, s.file_no, s.line, coalesce(s."company", {company}::text) as "company",
    s."client_code" as "client_code", s."name" as "name", s."account" as "account"
  from "staging_clients" s
) m
order by m.key;

create temp table ledger on commit drop as
select s.tid, s.file_no, s.line, s.company, s.client_code, s.piece_number, s.entry_date, s.amount,
  s.opening, s.since, max(s.since) over client as own,
  max(case when s.opening then s.entry_date end) over (partition by s.company) as opened
from (
  select s.ctid as tid, s.file_no, s.line, s.company, s.client_code, s.piece_number, s.entry_date, s.amount,
    o.line is not null as opening,
    max(case when o.line is not null then s.entry_date end) over (
      partition by s.company, s.client_code order by s.entry_date range unbounded preceding
    ) as since
  from "staging_ecritures" s
  left join jsonb_to_recordset(
    '[{"file_no":2,"line":2}]'::text::jsonb
  ) o (file_no int, line int) on o.file_no = s.file_no
    and o.line = s.line
  where s.file_no in (1, 2)
) s
window client as (partition by s.company, s.client_code);

create temp table accounts on commit drop as
select *, own is not null and has_before and closing is distinct from carried as differs,
  (own is null or own < opened) and rows_before > 0 and left_over = 0 as is_square,
  (own is null or own < opened) and rows_before > 0 and left_over <> 0 as is_lost
from (
  select company, client_code, max(own) as own, max(opened) as opened,
    bool_or(own is not null and since is distinct from own) as has_before,
    sum(amount) filter (where own is not null and since is not distinct from previous) as closing,
    sum(amount) filter (where opening and since = own) as carried,
    count(*) filter (where entry_date < opened) as rows_before,
    coalesce(
      sum(amount) filter (where entry_date < opened and since is not distinct from own), 0
    ) as left_over
  from (
    select l.*, max(case when since < own then since end) over (partition by company, client_code) as previous
    from ledger l
    where opened is not null
  ) l
  group by company, client_code
) a;

create temp table carried on commit drop as
select l.tid, l.file_no, l.line, coalesce(l.piece_number, l.client_code) as value
from ledger l
join accounts a using (company, client_code)
where (l.own is not null and l.since is distinct from l.own) or (a.is_square and l.entry_date < l.opened);

select file_no, total::int,
  jsonb_agg(jsonb_build_object('line', line, 'value', left(value, 200)) order by line) as examples
from (
  select f.*, count(*) over (partition by file_no) as total,
    row_number() over (partition by file_no order by line) as place
  from (select * from carried) f
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
    select distinct on (company, client_code) l.file_no, l.line, l.client_code as value
    from ledger l
    join accounts a using (company, client_code)
    where a.differs and l.opening and l.since = l.own
    order by company, client_code, l.file_no, l.line
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
    select distinct on (company, client_code) l.file_no, l.line, l.client_code as value
    from ledger l
    join accounts a using (company, client_code)
    where a.is_lost and l.entry_date < l.opened
    order by company, client_code, l.file_no, l.line
  ) f
) n
where place <= 5
group by file_no, total
order by file_no;

select file_no, count(*)::int as rows from carried group by file_no;

select s.file_no, coalesce(s.currency, 'EUR') as currency, count(*)::int as rows,
  trunc(coalesce(sum(s.amount) filter (where s.amount > 0), 0) * 100)::text as debit,
  trunc(coalesce(-sum(s.amount) filter (where s.amount < 0), 0) * 100)::text as credit, '0' as balance
from carried c
join "staging_ecritures" s on s.ctid = c.tid
group by 1, 2;

delete from "staging_ecritures" where ctid = any (array(select tid from carried));

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
where s.key in (select key from "staging_ecritures" group by key having count(*) > 1)
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
    coalesce(s."account", '') as account, s.letter, s.amount
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
    "account", "letter", "balance", "client_code", "journal", "piece_number", "entry_date", "amount",
    "currency", "amount_currency", "label", "letter_date", "extra", "due_date_derived", "status",
    "settled_by_sync", "settled_at"
)
select {tenant}::text, m.key, m.row_hash, {sync}::bigint, {sync}::bigint, m."company", m."entry_type",
  case when m.entry_type = 'invoice' then coalesce(m.due_date, m.entry_date + m.term) else m.due_date end,
  m."account", m."letter", m."balance", m."client_code", m."journal", m."piece_number", m."entry_date",
  m."amount", m."currency", m."amount_currency", m."label", m."letter_date", m."extra",
  m.due_date is null and m.entry_type = 'invoice' and m.term is not null,
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
    null::date as "due_date", s."account" as "account", s."letter" as "letter",
    null::numeric(15, 2) as "balance", s."client_code" as "client_code", s."journal" as "journal",
    s."piece_number" as "piece_number", s."entry_date" as "entry_date", s."amount" as "amount",
    coalesce(s."currency", 'EUR') as "currency", s."amount_currency" as "amount_currency",
    s."label" as "label", s."letter_date" as "letter_date", s."extra" as "extra",
    c.client_code is null as unknown, c.payment_term_days as term, g.letter is not null as balanced,
    null::text as old_status, null::bigint as old_sync, null::timestamptz as old_at
  from "staging_ecritures" s
  left join clients c on c.tenant_id = {tenant}::text
    and c.company = coalesce(s."company", {company}::text)
    and c.client_code = s.client_code
  left join balanced_letters g on g.company = coalesce(s."company", {company}::text)
    and g.client_code = s.client_code
    and g.account = coalesce(s."account", '')
    and g.letter = s.letter
) m
where not m.unknown;

select exists (
  select from late_rejections l where l.dataset = 'ecritures' and l.code = 'unknown_client'
) as any;
