ALTER TABLE "credentials" ADD COLUMN "tls_resumption" text DEFAULT 'prefer' NOT NULL;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "require_tls" boolean DEFAULT false NOT NULL;