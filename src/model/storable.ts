/** A text as Postgres takes it: without NUL, and without half a character, which a shortened text may end with. */
export const storable = (text: string): string => text.replaceAll('\0', '').toWellFormed();

/** Whether Postgres has a date of ISO form, or a moment: it counts no year 0. */
export const hasYear = (text: string): boolean => !text.startsWith('0000');
