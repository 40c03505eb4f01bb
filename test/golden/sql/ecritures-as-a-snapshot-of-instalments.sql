savepoint sync;

select exists (select from ecritures where tenant_id = {tenant}::text) as any;

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

select file_no, count(*) filter (where verdict = 'duplicate')::int as duplicate,
  count(*) filter (where verdict = 'rejected')::int as rejected,
  count(*) filter (where verdict = 'kept' and ordinal > 1)::int as renamed
from repeats_ecritures
group by file_no;

update "staging_ecritures" s
set key = (left(r.key::text, 19) || right(md5(r.key::text || ':' || r.ordinal), 16))::uuid
from repeats_ecritures r
where s.ctid = r.tid and r.verdict = 'kept' and r.ordinal > 1;

select exists (select from "ecritures" where tenant_id = {tenant}::text) as any;

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

create temp table pairs_ecritures on commit drop as
select {tenant}::text as tenant_id, coalesce(s.key, t.key) as key, s.key is null as vanished, s."file_no",
  s."line", s."row_hash", s."company", s."client_code", s."piece_number", s."due_date", s."entry_type",
  s."entry_date", s."amount", s."label", s."letter"
from "staging_ecritures" s
full join (select key, row_hash from "ecritures" e where tenant_id = {tenant}::text) t on t.key = s.key
where case when s.key is null then t.row_hash <> 0 else s.row_hash is distinct from t.row_hash end
order by key;

select count(*)::int as n from pairs_ecritures p where not p.vanished;

set local enable_nestloop = on; set local enable_seqscan = off;

create temp table delta_ecritures on commit drop as
select m.tenant_id, m.key, m.row_hash, m.file_no, m.line, m."company" as "company",
  m."entry_type" as "entry_type",
  case
    when m.entry_type = 'invoice' then coalesce(m.due_date, m.entry_date + m.term)
    else m.due_date
    end as "due_date",
  m."account" as "account", m."letter" as "letter", m."balance" as "balance",
  m."client_code" as "client_code", m."piece_number" as "piece_number", m."entry_date" as "entry_date",
  m."amount" as "amount", m."label" as "label",
  m.due_date is null and m.entry_type = 'invoice' and m.term is not null as "due_date_derived",
  case
    when m.balance = 0 or m.balance is null and m.balanced then 'settled'
    when m.balance is null and m.letter is not null and m.old_status = 'settled' then 'settled'
    else 'open'
    end as "status",
  case
    when (
      case
        when m.balance = 0 or m.balance is null and m.balanced then 'settled'
        when m.balance is null and m.letter is not null and m.old_status = 'settled' then 'settled'
        else 'open'
        end
    ) = 'settled' then coalesce(case when m.old_status = 'settled' then m.old_sync end, {sync}::bigint)
    end as "settled_by_sync",
  case
    when (
      case
        when m.balance = 0 or m.balance is null and m.balanced then 'settled'
        when m.balance is null and m.letter is not null and m.old_status = 'settled' then 'settled'
        else 'open'
        end
    ) = 'settled' then coalesce(case when m.old_status = 'settled' then m.old_at end, {now}::timestamptz)
    end as "settled_at",
  case
    when m.unknown then 'rejected'
    when not m.stored then 'inserted'
    when m.manual then 'manual'
    when (
      m.differing
        or (
          case
            when m.entry_type = 'invoice' then coalesce(m.due_date, m.entry_date + m.term)
            else m.due_date
            end
        ) is distinct from m.old_due_date
    ) then 'updated'
    else 'unchanged'
    end as action,
  m.gone and not m.manual as reopened, m.old_letter, m.old_company, m.old_client_code, m.old_account
from (
  select s.tenant_id, s.key, s.row_hash, s.file_no, s.line,
    coalesce(s."company", {company}::text) as "company",
    coalesce(s."entry_type", case when s.amount >= 0 then 'invoice' else 'payment' end) as "entry_type",
    s."due_date" as "due_date", t."account" as "account", s."letter" as "letter", t."balance" as "balance",
    s."client_code" as "client_code", s."piece_number" as "piece_number", s."entry_date" as "entry_date",
    s."amount" as "amount", s."label" as "label", c.client_code is null as unknown,
    t.key is not null as stored,
    (
      (coalesce(s."company", {company}::text)) is distinct from t."company"
        or (s."client_code") is distinct from t."client_code"
        or (s."piece_number") is distinct from t."piece_number"
        or (
          coalesce(s."entry_type", case when s.amount >= 0 then 'invoice' else 'payment' end)
        ) is distinct from t."entry_type"
        or (s."entry_date") is distinct from t."entry_date"
        or (s."amount") is distinct from t."amount"
        or (s."label") is distinct from t."label"
        or (s."letter") is distinct from t."letter"
    ) as differing,
    c.payment_term_days as term, false as balanced, t.status as old_status, t.settled_by_sync as old_sync,
    t.settled_at as old_at, t.due_date as old_due_date, false as manual,
    coalesce(t.status = 'settled_presumed', false) as gone, t.letter as old_letter, t.company as old_company,
    t.client_code as old_client_code, t.account as old_account
  from pairs_ecritures s
  left join "ecritures" t on t.tenant_id = s.tenant_id and t.key = s.key
  left join clients c on c.tenant_id = s.tenant_id
    and c.company = coalesce(s."company", {company}::text)
    and c.client_code = s.client_code
  where not s.vanished
) m;

set local enable_nestloop = off; set local enable_seqscan = on;

insert into late_rejections
select 'ecritures', file_no, line, 'client_code', 'unknown_client', left(client_code, 200)
from delta_ecritures
where action = 'rejected';

select file_no, count(*) filter (where action = 'inserted')::int as inserted,
  count(*) filter (where action = 'updated')::int as updated,
  count(*) filter (where action = 'rejected')::int as rejected,
  count(*) filter (where reopened and action <> 'rejected')::int as reopened,
  count(*) filter (where (d.action = 'updated' or d.reopened and d.action = 'unchanged'))::int as changed,
  count(*) filter (where (d.action = 'unchanged' and not d.reopened))::int as renewed
from delta_ecritures d
group by file_no;

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

set local enable_nestloop = on; set local enable_seqscan = off;

select count(*) as entries, coalesce(sum(abs(coalesce(t.balance, t.amount))), 0)::float8 as amount
from pairs_ecritures p
join ecritures t on t.tenant_id = p.tenant_id and t.key = p.key
where p.vanished and t.status = 'open';

set local enable_nestloop = off; set local enable_seqscan = on;

select count(*) as entries, coalesce(sum(abs(coalesce(t.balance, t.amount))), 0)::float8 as amount
from (
  select balance, amount
  from ecritures e
  where tenant_id = {tenant}::text and status = 'open' and true
  limit '3'::int
) t;

set local enable_nestloop = on; set local enable_seqscan = off;

create temp table touched_letters on commit drop as
select company, client_code, coalesce(account, '') as account, letter
from delta_ecritures
where letter is not null and action <> 'rejected'
union select old_company, old_client_code, coalesce(old_account, ''), old_letter
from delta_ecritures
where old_letter is not null and action <> 'rejected'
union select t.company, t.client_code, coalesce(t.account, ''), t.letter
from pairs_ecritures p
join ecritures t on t.tenant_id = p.tenant_id and t.key = p.key
where p.vanished and t.letter is not null;

set local enable_nestloop = off; set local enable_seqscan = on;

set local enable_nestloop = on; set local enable_seqscan = off;

insert into changes (tenant_id, sync_id, dataset, key, change, before)
select t.tenant_id, {sync}::bigint, 'ecritures', t.key, 'settled',
  jsonb_build_object(
    'status', t."status", 'settled_by_sync', t."settled_by_sync", 'settled_at', t."settled_at", 'row_hash',
      t."row_hash", 'last_changed', t."last_changed"
  )
from "ecritures" t, pairs_ecritures d
where d.vanished and t.tenant_id = d.tenant_id and t.key = d.key
on conflict (tenant_id, sync_id, dataset, key) do update
set change = excluded.change;

set local enable_nestloop = off; set local enable_seqscan = on;

set local enable_nestloop = on; set local enable_seqscan = off;

update "ecritures" t
set "status" = 'settled_presumed', "settled_by_sync" = {sync}::bigint, "settled_at" = {now}::timestamptz,
  "row_hash" = 0, "last_changed" = {sync}::bigint
from pairs_ecritures p
where t.tenant_id = p.tenant_id and t.key = p.key and p.vanished;

set local enable_nestloop = off; set local enable_seqscan = on;

select exists (
  select from late_rejections l where l.dataset = 'ecritures' and l.code = 'unknown_client'
) as any;

select line
from (select line, file_no, verdict, count(*) over (partition by key) as n from repeats_ecritures) r
where file_no = '1'::int and (n > 1 or verdict = 'moved')
union select line
from late_rejections
where dataset = 'ecritures'::text and file_no = '1'::int;
