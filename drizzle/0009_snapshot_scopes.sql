DELETE FROM "last_snapshots";--> statement-breakpoint
ALTER TABLE "last_snapshots" ADD COLUMN "scope" text NOT NULL;--> statement-breakpoint
ALTER TABLE "last_snapshots" DROP CONSTRAINT "last_snapshots_tenant_id_dataset_pk";--> statement-breakpoint
ALTER TABLE "last_snapshots" ADD CONSTRAINT "last_snapshots_tenant_id_dataset_scope_pk" PRIMARY KEY("tenant_id","dataset","scope");
