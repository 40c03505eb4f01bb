import { type CellStyle, type DateStyle, FOREIGN, PERCENT, type ShownCode, type ShownSide } from './cells.ts';
import type { XmlEvents } from './xml.ts';

/** Built-in formats that show dates (ECMA-376 part 1, 18.8.30, with the East Asian ones), and percentages. */
function builtinStyle(id: number): CellStyle {
  if (id === 9 || id === 10) return PERCENT;
  if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || id === 36 || (id >= 50 && id <= 58)) return 'date';
  if ((id >= 18 && id <= 21) || (id >= 32 && id <= 35) || id === 45 || id === 47) return 'time';
  return id === 22 ? 'moment' : undefined;
}

/** Quoted and escaped text, padding, fill, colours, locales and currencies: all that is not a placeholder. */
const DECORATION = /"[^"]*"?|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]/gi;

/** What a format code shows: `dd/mm/yyyy` a date, `[$-40C]d mmm yyyy hh:mm` a moment, `0.00 "jours"` neither. */
export function dateStyleOf(code: string): DateStyle {
  if (/^(general|standard)$/i.test(code.trim())) return undefined;
  const positive = code.replace(DECORATION, '').split(';', 1)[0] ?? '';
  // `[h]:mm` counts hours, it does not show a point in time.
  if (/\[[hms]+\]/i.test(positive)) return undefined;
  const tokens = positive.replace(/am\/pm|a\/p/gi, 'h');
  const time = /[hs]/i.test(tokens);
  const date = /[dy]/i.test(tokens) || (!time && /m/i.test(tokens));
  if (date) return time ? 'moment' : 'date';
  return time ? 'time' : undefined;
}

/**
 * The digits that a format of whole numbers shows at least: `00000` five, which keeps the zero of a postcode, and
 * `0#" "##" "##" "##" "##` the ten of a French telephone.
 */
function leastDigits(code: string): number | undefined {
  const [positive = ''] = code.replace(DECORATION, '').split(';', 1);
  const [, zeros = ''] = /^#*(0[0#]+)$/.exec(positive.replace(/[\s-]/g, '')) ?? [];
  return zeros === '' ? undefined : zeros.length;
}

const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency').filter((code) => code !== 'EUR'));
const euros = ['€', 'EUR', 'EURO', 'EUROS'];
/** By which formats name a currency without its code. */
const names: ReadonlySet<string> = new Set(['DH', 'DHS', 'FCFA', 'F CFA', 'CFA', 'FR.', 'SFR', 'SFR.', 'FS']);
const symbols = /[$£¥₣₤₹₽₺₴₪₩₫฿₦₱₲₵₡]/;

/**
 * Whether a format shows another currency than the euro: `[$$-409]#,##0.00`, `[$CHF] 0.00`, `#,##0.00 "USD"`, `£0`. The
 * text after `[$` is a currency whatever it is; quoted text may be anything else.
 */
function isForeign(code: string): boolean {
  for (const [, bracketed, quoted, bare] of code.matchAll(/\[\$([^\]-]*)[^\]]*\]|"([^"]*)"|([^"[\]])/g)) {
    const named = bracketed?.trim().toUpperCase();
    if (named !== undefined && named !== '' && !euros.includes(named)) return true;
    const word = (quoted ?? bare ?? '').trim().toUpperCase();
    if (symbols.test(word) || currencies.has(word) || names.has(word)) return true;
  }
  return false;
}

/** `"FA"00000`: a code of which the format shows the letters, and the cell holds but the number. */
function shownCode(code: string): ShownCode | undefined {
  const [, prefix = '', zeros = ''] = /^"([a-z0-9][a-z0-9/_-]*)"(0+)(?:;|$)/i.exec(code) ?? [];
  return prefix === '' || euros.includes(prefix.toUpperCase()) ? undefined : { prefix, digits: zeros.length };
}

/** The sections of a format, for numbers above zero, below it, and others: `0.00" D";0.00" C"`. */
const sectionsOf = (code: string): string[] => code.match(/(?:"[^"]*"?|\\.|[^;])+/g) ?? [];

const sideWords = { D: /^(?:d|dr|db|deb|débit|debit)\.?$/i, C: /^(?:c|cr|cred|crédit|credit)\.?$/i };

/** What the quoted and escaped text of a section says of the side. */
function sideIn(section: string): 'D' | 'C' | '' {
  const parts = section.matchAll(/"([^"]*)"|\\(.)/g);
  const word = [...parts]
    .map(([, quoted = '', escaped = '']) => quoted + escaped)
    .join('')
    .trim();
  return sideWords.D.test(word) ? 'D' : sideWords.C.test(word) ? 'C' : '';
}

/** `#,##0.00" Cr"`: the cell holds but the amount, and a person reads the side beside it. */
function shownSide(code: string): ShownSide | undefined {
  const [first = '', second] = sectionsOf(code);
  const above = sideIn(first);
  const below = second === undefined ? undefined : sideIn(second);
  return above === '' && (below ?? '') === '' ? undefined : { above, below };
}

const isPercent = (code: string): boolean => code.replace(DECORATION, '').includes('%');

const styleOf = (code: string): CellStyle =>
  dateStyleOf(code) ??
  (isForeign(code) ? FOREIGN : undefined) ??
  (isPercent(code) ? PERCENT : undefined) ??
  shownCode(code) ??
  shownSide(code) ??
  leastDigits(code);

/** Reads `styles.xml`: afterwards `styles[s]` is what the format of cells with that `s` shows. */
export function stylesReader(styles: CellStyle[]): XmlEvents {
  const custom = new Map<number, CellStyle>();
  let inCells = false;
  return {
    open(name, attributes) {
      if (name === 'cellXfs') inCells = true;
      else if (name === 'numFmt') custom.set(Number(attributes['numFmtId']), styleOf(attributes['formatCode'] ?? ''));
      else if (name === 'xf' && inCells) {
        const id = Number(attributes['numFmtId'] ?? 0);
        styles.push(custom.has(id) ? custom.get(id) : builtinStyle(id));
      }
    },
    text: () => undefined,
    close(name) {
      if (name === 'cellXfs') inCells = false;
    },
  };
}
