/**
 * What a terminal would carry out, not show: control characters other than tab and line ends, and marks that turn the
 * direction of text. Cells of files and names of tenants are other people's.
 */
const unsafe = /[\0-\x08\x0b\f\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]|\r(?!\n)/g;

/** A text, or JSON, with such characters as JSON writes them: `\u001b`. */
export const visible = (text: string): string =>
  text.replace(unsafe, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
