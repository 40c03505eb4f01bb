ALTER TABLE "ecritures" ADD COLUMN "account" text;--> statement-breakpoint
UPDATE "ecritures" SET "account" = "extra"->>'CompteNum' WHERE "extra" ? 'CompteNum';
