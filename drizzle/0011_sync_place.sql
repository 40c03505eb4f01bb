ALTER TABLE "syncs" ADD COLUMN "place" bigint;--> statement-breakpoint
UPDATE "syncs" s SET "place" = o.place FROM (
  SELECT tenant_id, id, row_number() OVER (PARTITION BY tenant_id ORDER BY finished_at, id) AS place
  FROM "syncs" WHERE finished_at IS NOT NULL
) o WHERE o.tenant_id = s.tenant_id AND o.id = s.id;--> statement-breakpoint
CREATE UNIQUE INDEX "syncs_place" ON "syncs" USING btree ("tenant_id","place");