ALTER TABLE "syncs" ADD COLUMN "gathered_at" timestamp with time zone DEFAULT now();--> statement-breakpoint
ALTER TABLE "syncs" ADD COLUMN "undone" jsonb;--> statement-breakpoint
ALTER TABLE "syncs" ADD COLUMN "reverted_by" bigint;