DROP INDEX "deliveries_webhook";--> statement-breakpoint
ALTER TABLE "events" ADD COLUMN "fanned_out_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "recipients" ADD COLUMN "digest_day" date;--> statement-breakpoint
ALTER TABLE "webhooks" ADD COLUMN "sealed_previous_secret" text;--> statement-breakpoint
ALTER TABLE "webhooks" ADD COLUMN "previous_secret_until" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "deliveries_webhook" ON "deliveries" USING btree ("tenant_id","webhook_id","created_at");--> statement-breakpoint
ALTER TABLE "deliveries" ADD CONSTRAINT "deliveries_event" UNIQUE("tenant_id","webhook_id","event_id");