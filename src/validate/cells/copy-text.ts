import { writeText } from './text.ts';

/** A text as it stands in COPY text. */
export function copyText(text: string): Uint8Array {
  const bytes = Buffer.from(text);
  const into = new Uint8Array(bytes.length * 2);
  return into.slice(0, writeText(bytes, 0, bytes.length, into, 0));
}
