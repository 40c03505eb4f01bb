import { TextDecoder } from 'node:util';
import { SaxesParser } from 'saxes';
import { ArrivageError } from '../../errors.ts';

/** What a part's reader wants to know. Names come without their namespace prefix, attributes as they are written. */
export interface XmlEvents {
  open(name: string, attributes: Readonly<Record<string, string>>): void;
  text(text: string): void;
  close(name: string): void;
  /** Asked between chunks: nothing more of this part is needed. */
  enough?(): boolean;
  /** Awaited between chunks. */
  pause?(): Promise<void> | undefined;
}

const MAX_DEPTH = 64;
/** Characters between two events: bounds texts, comments, names and the attributes of one element. */
const MAX_TOKEN = 4 * 1024 * 1024;

/** Sloppy exports write control characters into texts. They hide nothing, so that they are kept for validation. */
const HARMLESS = /disallowed character\.$/;

/**
 * Streams one XML part through saxes. A document type is refused, so that no entity is ever defined; depth and tokens
 * are bounded.
 * @throws xlsx_damaged for what is not well-formed; what `events` throws passes through
 */
export async function readXml(part: string, chunks: AsyncIterable<Uint8Array>, events: XmlEvents): Promise<void> {
  const parser = new SaxesParser({ position: false, xmlns: false });
  let depth = 0;
  let unseen = 0;
  const refuse = (cause: unknown): never => {
    throw new ArrivageError('xlsx_damaged', { part }, cause);
  };
  parser.on('error', (error) => {
    if (!HARMLESS.test(error.message)) refuse(error);
  });
  parser.on('doctype', () => refuse(new Error('document type')));
  parser.on('opentag', (tag) => {
    unseen = 0;
    if (++depth > MAX_DEPTH) refuse(new Error('too deep'));
    events.open(localName(tag.name), tag.attributes);
  });
  parser.on('closetag', (tag) => {
    unseen = 0;
    depth--;
    events.close(localName(tag.name));
  });
  parser.on('text', (text) => events.text(text));
  parser.on('cdata', (text) => events.text(text));

  for await (const text of decoded(chunks, refuse)) {
    unseen += text.length;
    parser.write(text);
    if (unseen > MAX_TOKEN) refuse(new Error('token too long'));
    if (events.enough?.()) return;
    await events.pause?.();
  }
  parser.close();
}

/** Parts are UTF-8 or, by their byte order mark, UTF-16 (ECMA-376 part 2, 6.2.5). */
async function* decoded(chunks: AsyncIterable<Uint8Array>, refuse: (cause: unknown) => never): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  const decode = (chunk?: Uint8Array): string => {
    try {
      decoder ??= new TextDecoder(chunk?.[0] === 0xff && chunk[1] === 0xfe ? 'utf-16le' : 'utf-8', { fatal: true });
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch (error) {
      return refuse(error);
    }
  };
  for await (const chunk of chunks) yield decode(chunk);
  yield decode();
}

function localName(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
}
