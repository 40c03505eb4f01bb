ALTER TABLE "changes" ALTER COLUMN "tenant_id" SET DATA TYPE text collate "C";--> statement-breakpoint
ALTER TABLE "clients" ALTER COLUMN "tenant_id" SET DATA TYPE text collate "C";--> statement-breakpoint
ALTER TABLE "contacts" ALTER COLUMN "tenant_id" SET DATA TYPE text collate "C";--> statement-breakpoint
ALTER TABLE "ecritures" ALTER COLUMN "tenant_id" SET DATA TYPE text collate "C";