/** A text as Postgres takes it: without NUL, and without half a character, which a shortened text may end with. */
export const storable = (text: string): string => text.replaceAll('\0', '').toWellFormed();
