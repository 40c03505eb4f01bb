ALTER TABLE "credentials" ALTER COLUMN "tls_resumption" SET DEFAULT 'off';--> statement-breakpoint
UPDATE "credentials" SET "tls_resumption" = 'off' WHERE "tls_resumption" = 'prefer';