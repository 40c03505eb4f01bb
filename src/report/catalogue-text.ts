import { entryText, isErrorCode, readParams } from '../errors.ts';
import type { Language } from '../model/tenant.ts';

/** The text of a catalogue entry; for a code that is none, `otherwise`. */
export function catalogueText(
  code: string,
  language: Language,
  params: Readonly<Record<string, string>>,
  otherwise: string,
): string {
  if (!isErrorCode(code)) return otherwise;
  const text = entryText(code, language, readParams(params));
  // A parameter that is not known here would show its name to the reader.
  return /\{\w+\}/.test(text) ? otherwise : text;
}
