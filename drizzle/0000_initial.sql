CREATE TABLE "audit" (
	"tenant_id" text NOT NULL,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "audit_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"actor" text NOT NULL,
	"action" text NOT NULL,
	"detail" jsonb DEFAULT '{}'::jsonb NOT NULL,
	CONSTRAINT "audit_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "changes" (
	"tenant_id" text NOT NULL,
	"sync_id" bigint NOT NULL,
	"dataset" text NOT NULL,
	"key" uuid NOT NULL,
	"change" text NOT NULL,
	"before" jsonb NOT NULL,
	CONSTRAINT "changes_tenant_id_sync_id_dataset_key_pk" PRIMARY KEY("tenant_id","sync_id","dataset","key")
);
--> statement-breakpoint
CREATE TABLE "clients" (
	"tenant_id" text NOT NULL,
	"key" uuid NOT NULL,
	"company" text DEFAULT '' NOT NULL,
	"client_code" text NOT NULL,
	"extra" jsonb,
	"row_hash" bigint DEFAULT 0 NOT NULL,
	"first_seen" bigint NOT NULL,
	"last_changed" bigint NOT NULL,
	"name" text NOT NULL,
	"account" text,
	"siret" text,
	"vat_number" text,
	"address1" text,
	"address2" text,
	"zip" text,
	"city" text,
	"country" text,
	"email" text,
	"phone" text,
	"mobile" text,
	"language" text,
	"currency" text DEFAULT 'EUR' NOT NULL,
	"payment_mode" text,
	"payment_term_days" integer,
	"credit_limit" numeric(15, 2),
	"parent_code" text,
	"group_name" text,
	"account_manager" text,
	"active" boolean DEFAULT true NOT NULL,
	"tag1" text,
	"tag2" text,
	"tag3" text,
	"tag4" text,
	"tag5" text,
	"tag6" text,
	"tag7" text,
	"tag8" text,
	"tag9" text,
	"tag10" text,
	"tag11" text,
	"tag12" text,
	"tag13" text,
	"tag14" text,
	"tag15" text,
	"tag16" text,
	"tag17" text,
	"tag18" text,
	"tag19" text,
	"tag20" text,
	"notes" text,
	"stop_reminders" boolean DEFAULT false NOT NULL,
	CONSTRAINT "clients_tenant_id_key_pk" PRIMARY KEY("tenant_id","key")
);
--> statement-breakpoint
CREATE TABLE "contacts" (
	"tenant_id" text NOT NULL,
	"key" uuid NOT NULL,
	"company" text DEFAULT '' NOT NULL,
	"client_code" text NOT NULL,
	"extra" jsonb,
	"row_hash" bigint DEFAULT 0 NOT NULL,
	"first_seen" bigint NOT NULL,
	"last_changed" bigint NOT NULL,
	"contact_id" text,
	"last_name" text,
	"first_name" text,
	"civility" text,
	"email" text,
	"phone" text,
	"mobile" text,
	"service" text,
	"role" text,
	"is_main" boolean DEFAULT false NOT NULL,
	"active" boolean DEFAULT true NOT NULL,
	"origin" text DEFAULT 'file' NOT NULL,
	"notes" text,
	"stop_reminders" boolean DEFAULT false NOT NULL,
	CONSTRAINT "contacts_tenant_id_key_pk" PRIMARY KEY("tenant_id","key")
);
--> statement-breakpoint
CREATE TABLE "credential_keys" (
	"tenant_id" text NOT NULL,
	"credential_id" uuid NOT NULL,
	"fingerprint" text NOT NULL,
	"public_key" "bytea" NOT NULL,
	"comment" text DEFAULT '' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "credential_keys_tenant_id_credential_id_fingerprint_pk" PRIMARY KEY("tenant_id","credential_id","fingerprint")
);
--> statement-breakpoint
CREATE TABLE "credentials" (
	"tenant_id" text NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"username" text NOT NULL,
	"password_hash" text,
	"protocols" text[] DEFAULT '{sftp,ftp,http}'::text[] NOT NULL,
	"allow_cleartext_ftp" boolean DEFAULT false NOT NULL,
	"ip_ranges" text[] DEFAULT '{}'::text[] NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"revoked_at" timestamp with time zone,
	"last_used_at" timestamp with time zone,
	CONSTRAINT "credentials_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "ecritures" (
	"tenant_id" text NOT NULL,
	"key" uuid NOT NULL,
	"company" text DEFAULT '' NOT NULL,
	"client_code" text NOT NULL,
	"extra" jsonb,
	"row_hash" bigint DEFAULT 0 NOT NULL,
	"first_seen" bigint NOT NULL,
	"last_changed" bigint NOT NULL,
	"entry_id" text,
	"journal" text,
	"piece_number" text NOT NULL,
	"entry_type" text NOT NULL,
	"entry_date" date NOT NULL,
	"due_date" date,
	"due_date_derived" boolean DEFAULT false NOT NULL,
	"amount" numeric(15, 2) NOT NULL,
	"balance" numeric(15, 2),
	"currency" text DEFAULT 'EUR' NOT NULL,
	"amount_currency" numeric(15, 2),
	"label" text,
	"payment_mode" text,
	"letter" text,
	"letter_date" date,
	"settled_date" date,
	"order_ref" text,
	"document_ref" text,
	"tag1" text,
	"tag2" text,
	"tag3" text,
	"tag4" text,
	"tag5" text,
	"tag6" text,
	"tag7" text,
	"tag8" text,
	"tag9" text,
	"tag10" text,
	"tag11" text,
	"tag12" text,
	"tag13" text,
	"tag14" text,
	"tag15" text,
	"tag16" text,
	"tag17" text,
	"tag18" text,
	"tag19" text,
	"tag20" text,
	"status" text DEFAULT 'open' NOT NULL,
	"settled_by_sync" bigint,
	"settled_at" timestamp with time zone,
	"notes" text,
	"stop_reminders" boolean DEFAULT false NOT NULL,
	CONSTRAINT "ecritures_tenant_id_key_pk" PRIMARY KEY("tenant_id","key")
);
--> statement-breakpoint
CREATE TABLE "endpoints" (
	"tenant_id" text NOT NULL,
	"protocol" text NOT NULL,
	"port" integer NOT NULL,
	CONSTRAINT "endpoints_tenant_id_protocol_pk" PRIMARY KEY("tenant_id","protocol")
);
--> statement-breakpoint
CREATE TABLE "mappings" (
	"tenant_id" text NOT NULL,
	"dataset" text NOT NULL,
	"version" integer NOT NULL,
	"mapping" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "mappings_tenant_id_dataset_version_pk" PRIMARY KEY("tenant_id","dataset","version")
);
--> statement-breakpoint
CREATE TABLE "nodes" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "nodes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"worker_ids" text[] DEFAULT '{}'::text[] NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "rejections" (
	"tenant_id" text NOT NULL,
	"sync_id" bigint NOT NULL,
	"file_no" integer NOT NULL,
	"line" integer NOT NULL,
	"column_name" text,
	"code" text NOT NULL,
	"value" text,
	"raw" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "report_files" (
	"tenant_id" text NOT NULL,
	"name" text NOT NULL,
	"id" uuid NOT NULL,
	"sync_id" bigint NOT NULL,
	"size" bigint NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "report_files_tenant_id_name_pk" PRIMARY KEY("tenant_id","name")
);
--> statement-breakpoint
CREATE TABLE "sync_files" (
	"tenant_id" text NOT NULL,
	"sync_id" bigint NOT NULL,
	"file_no" integer NOT NULL,
	"upload_id" uuid NOT NULL,
	"dataset" text,
	"sha256" char(64) NOT NULL,
	"read" integer DEFAULT 0 NOT NULL,
	"inserted" integer DEFAULT 0 NOT NULL,
	"updated" integer DEFAULT 0 NOT NULL,
	"unchanged" integer DEFAULT 0 NOT NULL,
	"rejected" integer DEFAULT 0 NOT NULL,
	"skipped" integer DEFAULT 0 NOT NULL,
	"duplicate" integer DEFAULT 0 NOT NULL,
	"settled" integer DEFAULT 0 NOT NULL,
	"reopened" integer DEFAULT 0 NOT NULL,
	"detail" jsonb NOT NULL,
	CONSTRAINT "sync_files_file" UNIQUE NULLS NOT DISTINCT("tenant_id","sync_id","file_no","dataset")
);
--> statement-breakpoint
CREATE TABLE "syncs" (
	"tenant_id" text NOT NULL,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "syncs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"state" text DEFAULT 'queued' NOT NULL,
	"incomplete" boolean DEFAULT false NOT NULL,
	"missing" text[] DEFAULT '{}'::text[] NOT NULL,
	"cause" text NOT NULL,
	"dry_run" boolean DEFAULT false NOT NULL,
	"force" boolean DEFAULT false NOT NULL,
	"approved_by" text,
	"attempts" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	"error" jsonb,
	"guard" jsonb,
	"progress" jsonb,
	"preview" jsonb,
	"durations" jsonb,
	CONSTRAINT "syncs_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "tenants" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"state" text DEFAULT 'validation' NOT NULL,
	"trigger" text DEFAULT 'settle' NOT NULL,
	"done_patterns" text[] DEFAULT '{*.done,fin.txt}'::text[] NOT NULL,
	"settle_seconds" integer DEFAULT 30 NOT NULL,
	"settle_max_seconds" integer DEFAULT 900 NOT NULL,
	"expected" text[] DEFAULT '{clients,ecritures}'::text[] NOT NULL,
	"multi_contact" boolean DEFAULT false NOT NULL,
	"default_company" text DEFAULT '' NOT NULL,
	"language" text DEFAULT 'fr' NOT NULL,
	"fec_accounts" text[] DEFAULT '{411}'::text[] NOT NULL,
	"guard_settle" real DEFAULT 0.3 NOT NULL,
	"guard_rows" real DEFAULT 0.5 NOT NULL,
	"quota_bytes" bigint DEFAULT 10737418240 NOT NULL,
	"max_file_bytes" bigint DEFAULT 2147483648 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "uploads" (
	"tenant_id" text NOT NULL,
	"id" uuid NOT NULL,
	"path" text NOT NULL,
	"size" bigint NOT NULL,
	"sha256" char(64) NOT NULL,
	"door" text NOT NULL,
	"username" text,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL,
	"state" text DEFAULT 'waiting' NOT NULL,
	"reason" jsonb,
	"sync_id" bigint,
	"purged_at" timestamp with time zone,
	CONSTRAINT "uploads_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "view_files" (
	"tenant_id" text NOT NULL,
	"path" text NOT NULL,
	"upload_id" uuid,
	"modified_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "view_files_tenant_id_path_pk" PRIMARY KEY("tenant_id","path")
);
--> statement-breakpoint
ALTER TABLE "credentials" ADD CONSTRAINT "credentials_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "endpoints" ADD CONSTRAINT "endpoints_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mappings" ADD CONSTRAINT "mappings_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "report_files" ADD CONSTRAINT "report_files_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "syncs" ADD CONSTRAINT "syncs_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "uploads" ADD CONSTRAINT "uploads_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "view_files" ADD CONSTRAINT "view_files_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "audit_at" ON "audit" USING btree ("at");--> statement-breakpoint
CREATE UNIQUE INDEX "clients_code" ON "clients" USING btree ("tenant_id","company","client_code");--> statement-breakpoint
CREATE UNIQUE INDEX "credentials_username" ON "credentials" USING btree ("username");--> statement-breakpoint
CREATE UNIQUE INDEX "endpoints_port" ON "endpoints" USING btree ("port");--> statement-breakpoint
CREATE INDEX "rejections_sync" ON "rejections" USING btree ("tenant_id","sync_id","file_no","line");--> statement-breakpoint
CREATE INDEX "syncs_open" ON "syncs" USING btree ("tenant_id","id") WHERE state in ('queued', 'running');--> statement-breakpoint
CREATE INDEX "uploads_waiting" ON "uploads" USING btree ("tenant_id","received_at") WHERE state = 'waiting';