import { ArrivageError } from '../errors.ts';
import type { WebContext } from './context.ts';

/** No form of ours is nearly as large; files go another way. */
const MOST_BYTES = 64 * 1024;

/**
 * The fields of a form, each once, as text; a field that comes several times, joined by commas (a box that is ticked).
 * @throws form_too_large
 */
export async function formOf(c: WebContext): Promise<Record<string, string>> {
  const fields: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(await textOf(c)))
    fields[name] = fields[name] === undefined ? value : `${fields[name]},${value}`;
  return fields;
}

async function textOf(c: WebContext): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of (c.req.raw.body ?? []) as AsyncIterable<Uint8Array>) {
    size += part.length;
    if (size > MOST_BYTES) throw new ArrivageError('form_too_large', { limit: MOST_BYTES });
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
