CREATE TABLE "last_snapshots" (
	"tenant_id" text NOT NULL,
	"dataset" text NOT NULL,
	"sync_id" bigint NOT NULL,
	"upload_id" uuid NOT NULL,
	"reading" char(64) NOT NULL,
	"clean" "bytea" NOT NULL,
	"evidence" jsonb NOT NULL,
	CONSTRAINT "last_snapshots_tenant_id_dataset_pk" PRIMARY KEY("tenant_id","dataset")
);
--> statement-breakpoint
ALTER TABLE "last_snapshots" ADD CONSTRAINT "last_snapshots_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;