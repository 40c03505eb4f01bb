DROP INDEX "uploads_waiting";--> statement-breakpoint
ALTER TABLE "uploads" ADD COLUMN "arrival" bigserial NOT NULL;--> statement-breakpoint
UPDATE "uploads" u SET "arrival" = came."arrival" FROM (
	SELECT "tenant_id", "id", row_number() OVER (ORDER BY "received_at", "id") AS "arrival" FROM "uploads"
) came WHERE u."tenant_id" = came."tenant_id" AND u."id" = came."id";--> statement-breakpoint
CREATE INDEX "uploads_waiting" ON "uploads" USING btree ("tenant_id","arrival") WHERE state = 'waiting';
