/** Days of the week as ISO 8601 numbers them: 1 is Monday, 7 is Sunday. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** A time of the day (`HH:MM`, in the schedule's time zone) on some days of the week. */
export interface Slot {
  days: Weekday[];
  time: string;
}

export interface Schedule {
  slots: Slot[];
  /** An expression of five fields, besides the slots. */
  cron: string | null;
  /** IANA name, such as Europe/Paris. */
  timeZone: string;
  enabled: boolean;
}
