import type { CsvFormat, Repair } from '../../model/format.ts';
import { twiceAt, twiceBound } from './encoded-twice.ts';
import { entityAt, entityBound, guardedIn, isEntityByte, nextAmpersand } from './entities.ts';
import type { Transcoder } from './transcode.ts';
import { characters } from './single-byte.ts';
import { wholeCharacters } from './utf8.ts';

/** What the text that an entity stands for must not be taken for. */
const structureOf = ({ delimiter, quote }: Pick<CsvFormat, 'delimiter' | 'quote'>): string =>
  `\t\n\r\\"${quote === 'none' ? '' : quote}${delimiter}`;

/** Undoes what was done to the text before it was encoded. Nearly everything becomes shorter, so it is done in place. */
export function mending(inner: Transcoder, repair: Repair, format: Pick<CsvFormat, 'delimiter' | 'quote'>): Transcoder {
  if (repair === 'c1-controls') return restoring(inner);
  const structure = structureOf(format);
  const [bound, mend]: [number, Mend] =
    repair === 'html-entities'
      ? [entityBound, (bytes, final) => mendEntities(bytes, structure, final)]
      : [twiceBound, mendTwice];
  let held: Uint8Array = new Uint8Array(0);

  const settle = (target: Uint8Array, at: number, end: number, final: boolean): number => {
    const { filled, kept } = mend(target.subarray(at, end), final);
    held = Uint8Array.from(target.subarray(at + kept, end));
    return at + filled;
  };

  return {
    bound: (length) => inner.bound(length) + bound,
    write(chunk, target, at) {
      target.set(held, at);
      return settle(target, at, inner.write(chunk, target, at + held.length), false);
    },
    end(target, at) {
      target.set(held, at);
      return settle(target, at, inner.end(target, at + held.length), true);
    },
  };
}

/** What a C1 control was in Windows-1252; those that it does not define stay what they are. */
export const withoutControls = (text: string): string =>
  text.replace(/[\x80-\x9f]/g, (control) => {
    const character = characters['windows-1252'][control.charCodeAt(0)] ?? control;
    return character === '\ufffd' ? control : character;
  });

/** A text that stands by itself, put right, and by which findings that is said. */
export function mendedText(given: string): { text: string; codes: string[] } {
  const codes: string[] = [];
  const step = (text: string, code: string, mend: (text: string) => string): string => {
    const mended = mend(text);
    if (mended !== text) codes.push(code);
    return mended;
  };
  const inBytes = (mend: Mend) => (text: string) => {
    const bytes = Buffer.from(text);
    return bytes.toString('utf8', 0, mend(bytes, true).filled);
  };
  let text = given;
  if (text.includes('&'))
    text = step(
      text,
      'html_entities',
      inBytes((bytes) => mendEntities(bytes, '', true)),
    );
  if (/[\u0080-\uffff]/.test(text)) {
    text = step(text, 'encoded_twice', inBytes(mendTwice));
    text = step(text, 'restored_controls', withoutControls);
  }
  return { text, codes };
}

/** A transcoder gives whole characters, of which those of two bytes become three. */
function restoring(inner: Transcoder): Transcoder {
  const settle = (target: Uint8Array, at: number, end: number): number => {
    const written = Buffer.from(target.buffer, target.byteOffset + at, end - at);
    if (!written.includes(C2)) return end;
    return at + utf8.encodeInto(withoutControls(written.toString('utf8')), target.subarray(at)).written;
  };
  return {
    bound: (length) => Math.ceil(inner.bound(length) * 1.5),
    write: (chunk, target, at) => settle(target, at, inner.write(chunk, target, at)),
    end: (target, at) => settle(target, at, inner.end(target, at)),
  };
}

/** `filled`: bytes that are done; `kept`: from where on the end has to wait for what follows. */
type Mend = (bytes: Uint8Array, final: boolean) => { filled: number; kept: number };

const utf8 = new TextEncoder();

function mendEntities(bytes: Uint8Array, structure: string, final: boolean): { filled: number; kept: number } {
  let filled = 0;
  let from = 0;
  const end = bytes.length;
  for (let at = nextAmpersand(bytes, 0); at >= 0; at = nextAmpersand(bytes, at)) {
    if (!final && isOpen(bytes, at + 1, entityBound, isEntityByte)) {
      filled = move(bytes, from, at, filled);
      return { filled, kept: at };
    }
    const found = entityAt(bytes, at, end);
    if (!found) {
      at += 1;
      continue;
    }
    filled = move(bytes, from, at, filled);
    filled += utf8.encodeInto(guardedIn(found.text, structure), bytes.subarray(filled)).written;
    at = from = found.end;
  }
  return { filled: move(bytes, from, end, filled), kept: end };
}

const C2 = 0xc2;
const C3 = 0xc3;

function mendTwice(bytes: Uint8Array, final: boolean): { filled: number; kept: number } {
  let filled = 0;
  let from = 0;
  const whole = final ? bytes.length : wholeCharacters(bytes, bytes.length);
  for (let at = bytes.indexOf(C3); at >= 0; at = bytes.indexOf(C3, at)) {
    if (!final && isOpen(bytes, at + 1, twiceBound, isAbove)) {
      filled = move(bytes, from, at, filled);
      return { filled, kept: at };
    }
    const found = twiceAt(bytes, at, bytes.length);
    if (!found) {
      at += 2;
      continue;
    }
    filled = move(bytes, from, at, filled);
    // A mark in the middle of a text is no character.
    if (found.text !== '\ufeff') filled += utf8.encodeInto(found.text, bytes.subarray(filled)).written;
    at = from = found.end;
  }
  return { filled: move(bytes, from, whole, filled), kept: whole };
}

/**
 * Whether what begins before `from` may go on after these bytes. Never past a line's end: of a text that ends with one
 * nothing is held back, so that stretches of lines can be read by themselves.
 */
function isOpen(bytes: Uint8Array, from: number, bound: number, belongs: (byte: number) => boolean): boolean {
  if (from + bound <= bytes.length) return false;
  for (let i = from; i < bytes.length; i += 1) if (!belongs(bytes[i] as number)) return false;
  return true;
}

const isAbove = (byte: number): boolean => byte >= 0x80;

function move(bytes: Uint8Array, from: number, to: number, into: number): number {
  if (from !== into) bytes.copyWithin(into, from, to);
  return into + to - from;
}
