table api_keys (
  tenant_id text not null,
  id uuid not null default gen_random_uuid(),
  name text not null,
  scope text not null,
  hash bytea not null,
  prefix text not null,
  created_at timestamp with time zone not null default now(),
  created_by text not null,
  last_used_at timestamp with time zone,
  revoked_at timestamp with time zone,
  constraint api_keys_tenant_id_id_pk PRIMARY KEY (tenant_id, id)
);

table audit (
  tenant_id text not null,
  id bigint not null generated always as identity,
  at timestamp with time zone not null default now(),
  actor text not null,
  action text not null,
  detail jsonb not null default '{}'::jsonb,
  constraint audit_tenant_id_id_pk PRIMARY KEY (tenant_id, id)
);

table changes (
  tenant_id text collate "C" not null,
  sync_id bigint not null,
  dataset text not null,
  key uuid not null,
  change text not null,
  before jsonb not null,
  constraint changes_tenant_id_sync_id_dataset_key_pk PRIMARY KEY (tenant_id, sync_id, dataset, key)
);

table clients (
  tenant_id text collate "C" not null,
  key uuid not null,
  company text not null default ''::text,
  client_code text not null,
  extra jsonb,
  row_hash bigint not null default 0,
  first_seen bigint not null,
  last_changed bigint not null,
  name text not null,
  account text,
  siret text,
  vat_number text,
  address1 text,
  address2 text,
  zip text,
  city text,
  country text,
  email text,
  phone text,
  mobile text,
  language text,
  currency text not null default 'EUR'::text,
  payment_mode text,
  payment_term_days integer,
  credit_limit numeric(15,2),
  parent_code text,
  group_name text,
  account_manager text,
  active boolean not null default true,
  tag1 text,
  tag2 text,
  tag3 text,
  tag4 text,
  tag5 text,
  tag6 text,
  tag7 text,
  tag8 text,
  tag9 text,
  tag10 text,
  tag11 text,
  tag12 text,
  tag13 text,
  tag14 text,
  tag15 text,
  tag16 text,
  tag17 text,
  tag18 text,
  tag19 text,
  tag20 text,
  notes text,
  stop_reminders boolean not null default false,
  constraint clients_tenant_id_key_pk PRIMARY KEY (tenant_id, key)
);

table connectors (
  tenant_id text not null,
  protocol text not null,
  host text not null,
  port integer not null,
  username text not null,
  sealed_password text,
  sealed_private_key text,
  sealed_passphrase text,
  directory text not null default '.'::text,
  files jsonb not null,
  after_reading jsonb not null default '{"kind": "leave"}'::jsonb,
  stable_seconds integer not null default 5,
  done_file text,
  host_key text,
  certificate_fingerprint text,
  ca text,
  changed_at timestamp with time zone not null default now(),
  constraint connectors_pkey PRIMARY KEY (tenant_id),
  constraint connectors_tenant_id_tenants_id_fk FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE
);

table contacts (
  tenant_id text collate "C" not null,
  key uuid not null,
  company text not null default ''::text,
  client_code text not null,
  extra jsonb,
  row_hash bigint not null default 0,
  first_seen bigint not null,
  last_changed bigint not null,
  contact_id text,
  last_name text,
  first_name text,
  civility text,
  email text,
  phone text,
  mobile text,
  service text,
  role text,
  is_main boolean not null default false,
  active boolean not null default true,
  origin text not null default 'file'::text,
  notes text,
  stop_reminders boolean not null default false,
  constraint contacts_tenant_id_key_pk PRIMARY KEY (tenant_id, key)
);

table credential_keys (
  tenant_id text not null,
  credential_id uuid not null,
  fingerprint text not null,
  public_key bytea not null,
  comment text not null default ''::text,
  created_at timestamp with time zone not null default now(),
  constraint credential_keys_tenant_id_credential_id_fingerprint_pk PRIMARY KEY (tenant_id, credential_id, fingerprint)
);

table credentials (
  tenant_id text not null,
  id uuid not null default gen_random_uuid(),
  username text not null,
  password_hash text,
  protocols text[] not null default '{sftp,ftp,http}'::text[],
  allow_cleartext_ftp boolean not null default false,
  ip_ranges text[] not null default '{}'::text[],
  created_at timestamp with time zone not null default now(),
  revoked_at timestamp with time zone,
  last_used_at timestamp with time zone,
  tls_resumption text not null default 'off'::text,
  constraint credentials_tenant_id_id_pk PRIMARY KEY (tenant_id, id),
  constraint credentials_tenant_id_tenants_id_fk FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE
);

table deliveries (
  tenant_id text not null,
  id uuid not null default gen_random_uuid(),
  webhook_id uuid not null,
  event_id bigint,
  type text not null,
  payload jsonb not null,
  state text not null default 'pending'::text,
  attempts integer not null default 0,
  created_at timestamp with time zone not null default now(),
  next_attempt_at timestamp with time zone,
  constraint deliveries_event UNIQUE (tenant_id, webhook_id, event_id),
  constraint deliveries_tenant_id_id_pk PRIMARY KEY (tenant_id, id),
  constraint deliveries_tenant_id_tenants_id_fk FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE
);

table delivery_attempts (
  tenant_id text not null,
  delivery_id uuid not null,
  attempt integer not null,
  at timestamp with time zone not null default now(),
  status integer,
  error text,
  duration_ms integer not null,
  constraint delivery_attempts_tenant_id_delivery_id_attempt_pk PRIMARY KEY (tenant_id, delivery_id, attempt),
  constraint delivery_attempts_tenant_id_tenants_id_fk FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE
);

table ecritures (
  tenant_id text collate "C" not null,
  key uuid not null,
  company text not null default ''::text,
  client_code text not null,
  extra jsonb,
  row_hash bigint not null default 0,
  first_seen bigint not null,
  last_changed bigint not null,
  entry_id text,
  journal text,
  piece_number text not null,
  entry_type text not null,
  entry_date date not null,
  due_date date,
  due_date_derived boolean not null default false,
  amount numeric(15,2) not null,
  balance numeric(15,2),
  currency text not null default 'EUR'::text,
  amount_currency numeric(15,2),
  label text,
  payment_mode text,
  letter text,
  letter_date date,
  settled_date date,
  order_ref text,
  document_ref text,
  tag1 text,
  tag2 text,
  tag3 text,
  tag4 text,
  tag5 text,
  tag6 text,
  tag7 text,
  tag8 text,
  tag9 text,
  tag10 text,
  tag11 text,
  tag12 text,
  tag13 text,
  tag14 text,
  tag15 text,
  tag16 text,
  tag17 text,
  tag18 text,
  tag19 text,
  tag20 text,
  status text not null default 'open'::text,
  settled_by_sync bigint,
  settled_at timestamp with time zone,
  notes text,
  stop_reminders boolean not null default false,
  account text,
  constraint ecritures_tenant_id_key_pk PRIMARY KEY (tenant_id, key)
);

table endpoints (
  tenant_id text not null,
  protocol text not null,
  port integer not null,
  legacy boolean not null default false,
  constraint endpoints_tenant_id_protocol_pk PRIMARY KEY (tenant_id, protocol),
  constraint endpoints_tenant_id_tenants_id_fk FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE
);

table events (
  tenant_id text not null,
  id bigint not null generated always as identity,
  type text not null,
  sync_id bigint,
  data jsonb not null,
  at timestamp with time zone not null default now(),
  fanned_out_at timestamp with time zone,
  constraint events_tenant_id_id_pk PRIMARY KEY (tenant_id, id),
  constraint events_tenant_id_tenants_id_fk FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE
);

table fetched_files (
  tenant_id text not null,
  name text not null,
  size bigint not null,
  modified_at timestamp with time zone not null,
  sha256 character(64) not null,
  upload_id uuid not null,
  fetched_at timestamp with time zone not null default now(),
  disposed_at timestamp with time zone,
  constraint fetched_files_tenant_id_name_size_modified_at_pk PRIMARY KEY (tenant_id, name, size, modified_at),
  constraint fetched_files_tenant_id_tenants_id_fk FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE
);

table idempotent_requests (
  tenant_id text not null,
  key_id uuid not null,
  idempotency_key text not null,
  request bytea not null,
  status integer,
  body jsonb,
  created_at timestamp with time zone not null default now(),
  constraint idempotent_requests_tenant_id_key_id_idempotency_key_pk PRIMARY KEY (tenant_id, key_id, idempotency_key)
);

table last_snapshots (
  tenant_id text not null,
  dataset text not null,
  sync_id bigint not null,
  upload_id uuid not null,
  reading character(64) not null,
  clean bytea not null,
  evidence jsonb not null,
  clients bytea,
  scope text not null,
  constraint last_snapshots_tenant_id_dataset_scope_pk PRIMARY KEY (tenant_id, dataset, scope),
  constraint last_snapshots_tenant_id_tenants_id_fk FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE
);

table links (
  hash bytea not null,
  purpose text not null,
  person_id uuid,
  created_at timestamp with time zone not null default now(),
  created_by text not null,
  expires_at timestamp with time zone not null,
  constraint links_pkey PRIMARY KEY (hash),
  constraint links_person_id_people_id_fk FOREIGN KEY (person_id) REFERENCES people(id) ON DELETE CASCADE
);

table mappings (
  tenant_id text not null,
  dataset text not null,
  version integer not null,
  mapping jsonb not null,
  created_at timestamp with time zone not null default now(),
  constraint mappings_tenant_id_dataset_version_pk PRIMARY KEY (tenant_id, dataset, version),
  constraint mappings_tenant_id_tenants_id_fk FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE
);

table memberships (
  tenant_id text not null,
  person_id uuid not null,
  role text not null,
  created_at timestamp with time zone not null default now(),
  created_by text not null,
  constraint memberships_tenant_id_person_id_pk PRIMARY KEY (tenant_id, person_id),
  constraint memberships_person_id_people_id_fk FOREIGN KEY (person_id) REFERENCES people(id) ON DELETE CASCADE,
  constraint memberships_tenant_id_tenants_id_fk FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE
);

table nodes (
  id integer not null generated always as identity,
  worker_ids text[] not null default '{}'::text[],
  started_at timestamp with time zone not null default now(),
  constraint nodes_pkey PRIMARY KEY (id)
);

table penalties (
  side text not null,
  kind text not null,
  subject text not null,
  failures integer not null,
  failed_at timestamp with time zone not null default now(),
  since timestamp with time zone,
  until timestamp with time zone,
  changed_at timestamp with time zone,
  constraint penalties_side_kind_subject_pk PRIMARY KEY (side, kind, subject)
);

table people (
  id uuid not null default gen_random_uuid(),
  email text not null,
  language text not null,
  is_operator boolean not null default false,
  password_hash text,
  created_at timestamp with time zone not null default now(),
  created_by text not null,
  last_sign_in_at timestamp with time zone,
  constraint people_pkey PRIMARY KEY (id)
);

table recipients (
  tenant_id text not null,
  email text not null,
  language text not null default 'fr'::text,
  types text[] not null,
  digest boolean not null default false,
  digest_day date,
  constraint recipients_tenant_id_email_pk PRIMARY KEY (tenant_id, email),
  constraint recipients_tenant_id_tenants_id_fk FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE
);

table rejections (
  tenant_id text not null,
  sync_id bigint not null,
  file_no integer not null,
  line integer not null,
  column_name text,
  code text not null,
  value text,
  raw text not null
);

table report_files (
  tenant_id text not null,
  name text not null,
  id uuid not null,
  sync_id bigint not null,
  size bigint not null,
  created_at timestamp with time zone not null default now(),
  constraint report_files_tenant_id_name_pk PRIMARY KEY (tenant_id, name),
  constraint report_files_tenant_id_tenants_id_fk FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE
);

table request_counts (
  subject text not null,
  used integer not null,
  ends_at timestamp with time zone not null,
  constraint request_counts_pkey PRIMARY KEY (subject)
);

table schedules (
  tenant_id text not null,
  slots jsonb not null,
  cron text,
  time_zone text not null default 'Europe/Paris'::text,
  enabled boolean not null default true,
  last_slot timestamp with time zone,
  next_run timestamp with time zone,
  changed_at timestamp with time zone not null default now(),
  constraint schedules_pkey PRIMARY KEY (tenant_id),
  constraint schedules_tenant_id_tenants_id_fk FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE
);

table session_places (
  tenant_id text not null,
  place integer not null,
  keeper uuid not null,
  until timestamp with time zone not null,
  constraint session_places_tenant_id_place_pk PRIMARY KEY (tenant_id, place)
);

table signed_in (
  hash bytea not null,
  id uuid not null default gen_random_uuid(),
  person_id uuid not null,
  created_at timestamp with time zone not null default now(),
  used_at timestamp with time zone not null default now(),
  address text not null,
  browser text not null,
  constraint signed_in_pkey PRIMARY KEY (hash),
  constraint signed_in_person_id_people_id_fk FOREIGN KEY (person_id) REFERENCES people(id) ON DELETE CASCADE
);

table sync_files (
  tenant_id text not null,
  sync_id bigint not null,
  file_no integer not null,
  upload_id uuid not null,
  dataset text,
  sha256 character(64) not null,
  read integer not null default 0,
  inserted integer not null default 0,
  updated integer not null default 0,
  unchanged integer not null default 0,
  rejected integer not null default 0,
  skipped integer not null default 0,
  duplicate integer not null default 0,
  settled integer not null default 0,
  reopened integer not null default 0,
  detail jsonb not null,
  constraint sync_files_file UNIQUE NULLS NOT DISTINCT (tenant_id, sync_id, file_no, dataset)
);

table syncs (
  tenant_id text not null,
  id bigint not null generated always as identity,
  state text not null default 'queued'::text,
  incomplete boolean not null default false,
  missing text[] not null default '{}'::text[],
  cause text not null,
  dry_run boolean not null default false,
  force boolean not null default false,
  approved_by text,
  attempts integer not null default 0,
  created_at timestamp with time zone not null default now(),
  started_at timestamp with time zone,
  finished_at timestamp with time zone,
  error jsonb,
  guard jsonb,
  progress jsonb,
  preview jsonb,
  durations jsonb,
  errors integer not null default 0,
  datasets text[],
  fetch boolean not null default false,
  fetched_at timestamp with time zone,
  fetch_failures integer not null default 0,
  not_before timestamp with time zone,
  reverts bigint,
  requested_by text,
  gathered_at timestamp with time zone default now(),
  undone jsonb,
  reverted_by bigint,
  place bigint,
  left_at_source jsonb,
  constraint syncs_tenant_id_id_pk PRIMARY KEY (tenant_id, id),
  constraint syncs_tenant_id_tenants_id_fk FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE
);

table tenants (
  id text not null,
  name text not null,
  state text not null default 'validation'::text,
  trigger text not null default 'settle'::text,
  done_patterns text[] not null default '{*.done,fin.txt}'::text[],
  settle_seconds integer not null default 30,
  settle_max_seconds integer not null default 900,
  expected text[] not null default '{clients,ecritures}'::text[],
  multi_contact boolean not null default false,
  default_company text not null default ''::text,
  language text not null default 'fr'::text,
  fec_accounts text[] not null default '{411}'::text[],
  guard_settle real not null default 0.3,
  guard_rows real not null default 0.5,
  quota_bytes bigint not null default '10737418240'::bigint,
  max_file_bytes bigint not null default '2147483648'::bigint,
  created_at timestamp with time zone not null default now(),
  require_tls boolean not null default false,
  constraint tenants_pkey PRIMARY KEY (id)
);

table term_clock (
  id integer not null default 1,
  seen_at timestamp with time zone not null,
  held_until timestamp with time zone,
  constraint term_clock_pkey PRIMARY KEY (id)
);

table uploads (
  tenant_id text not null,
  id uuid not null,
  path text not null,
  size bigint not null,
  sha256 character(64) not null,
  door text not null,
  username text,
  received_at timestamp with time zone not null default now(),
  state text not null default 'waiting'::text,
  reason jsonb,
  sync_id bigint,
  purged_at timestamp with time zone,
  inherited jsonb,
  arrival bigint not null default nextval('uploads_arrival_seq'::regclass),
  identity jsonb,
  constraint uploads_tenant_id_id_pk PRIMARY KEY (tenant_id, id),
  constraint uploads_tenant_id_tenants_id_fk FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE
);

table view_files (
  tenant_id text not null,
  path text not null,
  upload_id uuid,
  modified_at timestamp with time zone not null default now(),
  constraint view_files_tenant_id_path_pk PRIMARY KEY (tenant_id, path),
  constraint view_files_tenant_id_tenants_id_fk FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE
);

table webhooks (
  tenant_id text not null,
  id uuid not null default gen_random_uuid(),
  url text not null,
  sealed_secret text not null,
  types text[] not null,
  enabled boolean not null default true,
  created_at timestamp with time zone not null default now(),
  sealed_previous_secret text,
  previous_secret_until timestamp with time zone,
  constraint webhooks_tenant_id_id_pk PRIMARY KEY (tenant_id, id),
  constraint webhooks_tenant_id_tenants_id_fk FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE
);

CREATE UNIQUE INDEX api_keys_hash ON public.api_keys USING btree (hash);
CREATE INDEX audit_at ON public.audit USING btree (at);
CREATE UNIQUE INDEX clients_code ON public.clients USING btree (tenant_id, company, client_code);
CREATE UNIQUE INDEX credentials_username ON public.credentials USING btree (username);
CREATE INDEX deliveries_webhook ON public.deliveries USING btree (tenant_id, webhook_id, created_at);
CREATE UNIQUE INDEX endpoints_port ON public.endpoints USING btree (port);
CREATE INDEX events_id ON public.events USING btree (id);
CREATE INDEX links_expires ON public.links USING btree (expires_at);
CREATE INDEX links_person ON public.links USING btree (person_id);
CREATE INDEX memberships_person ON public.memberships USING btree (person_id);
CREATE INDEX penalties_changed_at ON public.penalties USING btree (changed_at) WHERE (changed_at IS NOT NULL);
CREATE UNIQUE INDEX people_email ON public.people USING btree (lower(email));
CREATE INDEX rejections_sync ON public.rejections USING btree (tenant_id, sync_id, file_no, line);
CREATE INDEX schedules_due ON public.schedules USING btree (next_run) WHERE enabled;
CREATE INDEX session_places_keeper ON public.session_places USING btree (keeper);
CREATE INDEX signed_in_person ON public.signed_in USING btree (person_id);
CREATE INDEX signed_in_used ON public.signed_in USING btree (used_at);
CREATE INDEX syncs_open ON public.syncs USING btree (tenant_id, id) WHERE (state = ANY (ARRAY['queued'::text, 'running'::text]));
CREATE UNIQUE INDEX syncs_place ON public.syncs USING btree (tenant_id, place);
CREATE INDEX uploads_waiting ON public.uploads USING btree (tenant_id, arrival) WHERE (state = 'waiting'::text);
