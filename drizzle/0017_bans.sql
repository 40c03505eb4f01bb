CREATE TABLE "bans" (
	"keeper" uuid NOT NULL,
	"kind" text NOT NULL,
	"subject" text NOT NULL,
	"since" timestamp with time zone DEFAULT now() NOT NULL,
	"until" timestamp with time zone NOT NULL,
	"lifted_at" timestamp with time zone,
	CONSTRAINT "bans_keeper_kind_subject_pk" PRIMARY KEY("keeper","kind","subject")
);
