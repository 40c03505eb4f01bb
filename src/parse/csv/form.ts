import type { CsvFormat, Escape } from '../../model/format.ts';

/** How cells are parted and quoted. Strings are Latin-1 of the UTF-8 bytes, as cells are while quotes are undone. */
export interface Form {
  delimiter: string;
  /** Both empty where quotes are characters like others. */
  opening: string;
  closing: string;
  escape: Escape;
  /** A delimiter of one byte and doubled `"`, or no quotes at all: what the fast scanner reads. */
  plain: boolean;
}

const closings: Readonly<Record<CsvFormat['quote'], string>> = { '"': '"', "'": "'", '“': '”', none: '' };

export function formOf({ delimiter, quote, escape }: Pick<CsvFormat, 'delimiter' | 'quote' | 'escape'>): Form {
  const form = {
    delimiter: latin1(delimiter),
    opening: quote === 'none' ? '' : latin1(quote),
    closing: latin1(closings[quote]),
    escape,
  };
  const isUsual = escape === '"' ? quote === '"' || quote === 'none' : escape === 'none' && quote === 'none';
  return { ...form, plain: isUsual && form.delimiter.length === 1 };
}

const latin1 = (text: string): string => Buffer.from(text).toString('latin1');

/** What a cell with quotes or escapes says. A closing quote that does not end the cell leaves it as it stands. */
export function undo(cell: string, form: Form): string {
  const { opening, closing, escape } = form;
  if (opening === '' || !cell.startsWith(opening)) return escape === '\\' ? unescaped(cell) : cell;
  const end = closingAt(cell, form);
  const inside = inner(cell.slice(opening.length, end), form);
  const rest = cell.slice(end + closing.length);
  return rest === '' ? inside : opening + inside + closing + rest;
}

function inner(text: string, { closing, escape }: Form): string {
  if (escape === 'none') return text;
  return escape === '\\' ? unescaped(text, closing) : text.replaceAll(closing + closing, closing);
}

/** Where the quote stands that closes the one at the cell's start. */
function closingAt(cell: string, { opening, closing, escape }: Form): number {
  if (escape === 'none') return cell.length - closing.length;
  for (let i = opening.length; ;) {
    const found = cell.indexOf(closing, i);
    if (found < 0) return cell.length;
    const backslash = escape === '\\' ? cell.indexOf('\\', i) : -1;
    if (backslash >= 0 && backslash < found) i = backslash + 2;
    else if (cell.startsWith(closing, found + closing.length)) i = found + 2 * closing.length;
    else return found;
  }
}

const controls: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/**
 * As databases write: `\n`, `\t`, `\r`; `\N` is a word for nothing. Before any other letter or digit it is a backslash.
 * @param closing a quote that may be doubled, too
 */
function unescaped(text: string, closing = ''): string {
  const marks = new RegExp(closing === '' ? /\\([^])/g : `\\\\([^])|${closing}${closing}`, 'g');
  return text.replace(marks, (whole, next: string | undefined) => {
    if (next === undefined) return closing;
    return controls[next] ?? (/[\dA-Za-z]/.test(next) ? whole : next);
  });
}

/**
 * Whether nobody can tell what a cell says that begins with a quote: text follows the quote that closes it, and a
 * delimiter stood inside, or the cell ends with a quote, too, and they do not pair off as in `"Le Pont" et "Le Quai"`.
 */
export function isAstray(cell: string, form: Form): boolean {
  const { opening, closing, delimiter, escape } = form;
  if (opening === '' || !cell.startsWith(opening)) return false;
  const end = closingAt(cell, form);
  const within = cell.slice(opening.length, end);
  if (escape === 'none') return within.includes(closing + closing) || within.includes(delimiter + opening);
  if (end + closing.length >= cell.length) return false;
  if (within.includes(delimiter)) return true;
  return cell.endsWith(closing) && !(opening === closing && pairsOff(cell.split(closing)));
}

/** @param parts of a cell, without its quotes: what they hold stands at the odd places */
function pairsOff(parts: readonly string[]): boolean {
  const isOutside = (part: string, i: number) =>
    i === 0 || i === parts.length - 1 ? part === '' : /^[\s,.;:)/-].*[\s(/'-]$|^[\s/-]$/s.test(part);
  const isInside = (part: string) => /^[^\s\\](.*[^\s\\])?$/s.test(part);
  return parts.length % 2 === 1 && parts.every((part, i) => (i % 2 === 0 ? isOutside(part, i) : isInside(part)));
}
