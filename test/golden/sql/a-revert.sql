with removed as (
  delete from "ecritures" t where t.tenant_id = {tenant}::text and t.first_seen = {sync}::bigint returning t.*
)
insert into changes (tenant_id, sync_id, dataset, key, change, before)
select t.tenant_id, {sync}::bigint, 'ecritures', t.key, 'removed',
  jsonb_strip_nulls(to_jsonb(t) - '{tenant_id,key}'::text[])
from removed t;

set local enable_nestloop = on; set local enable_seqscan = off;

insert into changes (tenant_id, sync_id, dataset, key, change, before)
select t.tenant_id, {sync}::bigint, 'ecritures', t.key, 'updated',
  jsonb_strip_nulls(to_jsonb(t) - '{tenant_id,key,notes,stop_reminders}'::text[])
from changes c
join "ecritures" t on t.tenant_id = c.tenant_id and t.key = c.key
where c.tenant_id = {tenant}::text and c.sync_id = {sync}::bigint and c.dataset = 'ecritures';

update "ecritures" t
set "company" = o."company", "client_code" = o."client_code", "extra" = o."extra",
  "entry_id" = o."entry_id", "journal" = o."journal", "account" = o."account",
  "piece_number" = o."piece_number", "entry_type" = o."entry_type", "entry_date" = o."entry_date",
  "due_date" = o."due_date", "amount" = o."amount", "balance" = o."balance", "currency" = o."currency",
  "amount_currency" = o."amount_currency", "label" = o."label", "payment_mode" = o."payment_mode",
  "letter" = o."letter", "letter_date" = o."letter_date", "settled_date" = o."settled_date",
  "order_ref" = o."order_ref", "document_ref" = o."document_ref", "tag1" = o."tag1", "tag2" = o."tag2",
  "tag3" = o."tag3", "tag4" = o."tag4", "tag5" = o."tag5", "tag6" = o."tag6", "tag7" = o."tag7",
  "tag8" = o."tag8", "tag9" = o."tag9", "tag10" = o."tag10", "tag11" = o."tag11", "tag12" = o."tag12",
  "tag13" = o."tag13", "tag14" = o."tag14", "tag15" = o."tag15", "tag16" = o."tag16", "tag17" = o."tag17",
  "tag18" = o."tag18", "tag19" = o."tag19", "tag20" = o."tag20", "due_date_derived" = o."due_date_derived",
  "status" = o."status", "settled_by_sync" = o."settled_by_sync", "settled_at" = o."settled_at",
  "row_hash" = o."row_hash", "first_seen" = o."first_seen", last_changed = {sync}::bigint
from (
  select c.key as changed_key, o.*
  from changes c
  join "ecritures" b on b.tenant_id = c.tenant_id and b.key = c.key
  cross join lateral jsonb_populate_record(
    case when c.before ? 'client_code' then null else b end, c.before
  ) o
  where c.tenant_id = {tenant}::text and c.sync_id = {sync}::bigint and c.dataset = 'ecritures'
) o
where t.tenant_id = {tenant}::text and t.key = o.changed_key;

set local enable_nestloop = off; set local enable_seqscan = on;

with removed as (
  delete from "contacts" t where t.tenant_id = {tenant}::text and t.first_seen = {sync}::bigint returning t.*
)
insert into changes (tenant_id, sync_id, dataset, key, change, before)
select t.tenant_id, {sync}::bigint, 'contacts', t.key, 'removed',
  jsonb_strip_nulls(to_jsonb(t) - '{tenant_id,key}'::text[])
from removed t;

set local enable_nestloop = on; set local enable_seqscan = off;

insert into changes (tenant_id, sync_id, dataset, key, change, before)
select t.tenant_id, {sync}::bigint, 'contacts', t.key, 'updated',
  jsonb_strip_nulls(to_jsonb(t) - '{tenant_id,key,notes,stop_reminders}'::text[])
from changes c
join "contacts" t on t.tenant_id = c.tenant_id and t.key = c.key
where c.tenant_id = {tenant}::text and c.sync_id = {sync}::bigint and c.dataset = 'contacts';

update "contacts" t
set "company" = o."company", "client_code" = o."client_code", "extra" = o."extra",
  "contact_id" = o."contact_id", "last_name" = o."last_name", "first_name" = o."first_name",
  "civility" = o."civility", "email" = o."email", "phone" = o."phone", "mobile" = o."mobile",
  "service" = o."service", "role" = o."role", "is_main" = o."is_main", "active" = o."active",
  "origin" = o."origin", "row_hash" = o."row_hash", "first_seen" = o."first_seen",
  last_changed = {sync}::bigint
from (
  select c.key as changed_key, o.*
  from changes c
  join "contacts" b on b.tenant_id = c.tenant_id and b.key = c.key
  cross join lateral jsonb_populate_record(
    case when c.before ? 'client_code' then null else b end, c.before
  ) o
  where c.tenant_id = {tenant}::text and c.sync_id = {sync}::bigint and c.dataset = 'contacts'
) o
where t.tenant_id = {tenant}::text and t.key = o.changed_key;

set local enable_nestloop = off; set local enable_seqscan = on;

with removed as (
  delete from "clients" t where t.tenant_id = {tenant}::text and t.first_seen = {sync}::bigint returning t.*
)
insert into changes (tenant_id, sync_id, dataset, key, change, before)
select t.tenant_id, {sync}::bigint, 'clients', t.key, 'removed',
  jsonb_strip_nulls(to_jsonb(t) - '{tenant_id,key}'::text[])
from removed t;

set local enable_nestloop = on; set local enable_seqscan = off;

insert into changes (tenant_id, sync_id, dataset, key, change, before)
select t.tenant_id, {sync}::bigint, 'clients', t.key, 'updated',
  jsonb_strip_nulls(to_jsonb(t) - '{tenant_id,key,notes,stop_reminders}'::text[])
from changes c
join "clients" t on t.tenant_id = c.tenant_id and t.key = c.key
where c.tenant_id = {tenant}::text and c.sync_id = {sync}::bigint and c.dataset = 'clients';

update "clients" t
set "company" = o."company", "client_code" = o."client_code", "extra" = o."extra", "name" = o."name",
  "account" = o."account", "siret" = o."siret", "vat_number" = o."vat_number", "address1" = o."address1",
  "address2" = o."address2", "zip" = o."zip", "city" = o."city", "country" = o."country", "email" = o."email",
  "phone" = o."phone", "mobile" = o."mobile", "language" = o."language", "currency" = o."currency",
  "payment_mode" = o."payment_mode", "payment_term_days" = o."payment_term_days",
  "credit_limit" = o."credit_limit", "parent_code" = o."parent_code", "group_name" = o."group_name",
  "account_manager" = o."account_manager", "active" = o."active", "tag1" = o."tag1", "tag2" = o."tag2",
  "tag3" = o."tag3", "tag4" = o."tag4", "tag5" = o."tag5", "tag6" = o."tag6", "tag7" = o."tag7",
  "tag8" = o."tag8", "tag9" = o."tag9", "tag10" = o."tag10", "tag11" = o."tag11", "tag12" = o."tag12",
  "tag13" = o."tag13", "tag14" = o."tag14", "tag15" = o."tag15", "tag16" = o."tag16", "tag17" = o."tag17",
  "tag18" = o."tag18", "tag19" = o."tag19", "tag20" = o."tag20", "row_hash" = o."row_hash",
  "first_seen" = o."first_seen", last_changed = {sync}::bigint
from (
  select c.key as changed_key, o.*
  from changes c
  join "clients" b on b.tenant_id = c.tenant_id and b.key = c.key
  cross join lateral jsonb_populate_record(
    case when c.before ? 'client_code' then null else b end, c.before
  ) o
  where c.tenant_id = {tenant}::text and c.sync_id = {sync}::bigint and c.dataset = 'clients'
) o
where t.tenant_id = {tenant}::text and t.key = o.changed_key;

set local enable_nestloop = off; set local enable_seqscan = on;

delete from last_snapshots where tenant_id = {tenant}::text;
