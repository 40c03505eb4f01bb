CREATE TABLE "penalties" (
	"side" text NOT NULL,
	"kind" text NOT NULL,
	"subject" text NOT NULL,
	"failures" integer NOT NULL,
	"failed_at" timestamp with time zone DEFAULT now() NOT NULL,
	"since" timestamp with time zone,
	"until" timestamp with time zone,
	"changed_at" timestamp with time zone,
	CONSTRAINT "penalties_side_kind_subject_pk" PRIMARY KEY("side","kind","subject")
);
--> statement-breakpoint
CREATE UNLOGGED TABLE "request_counts" (
	"subject" text PRIMARY KEY NOT NULL,
	"used" integer NOT NULL,
	"ends_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE UNLOGGED TABLE "session_places" (
	"tenant_id" text NOT NULL,
	"place" integer NOT NULL,
	"keeper" uuid NOT NULL,
	"until" timestamp with time zone NOT NULL,
	CONSTRAINT "session_places_tenant_id_place_pk" PRIMARY KEY("tenant_id","place")
);
--> statement-breakpoint
DROP TABLE "bans";--> statement-breakpoint
CREATE INDEX "penalties_changed_at" ON "penalties" USING btree ("changed_at") WHERE changed_at is not null;--> statement-breakpoint
CREATE INDEX "session_places_keeper" ON "session_places" USING btree ("keeper");