import { fill } from '../errors.ts';
import type { Report } from '../model/report.ts';
import { catalogueText } from './catalogue-text.ts';
import { phrases } from './phrases.ts';
import { counted } from './wording.ts';

const MOST_SHOWN = 5;

/** What was taken from its server and stays there, with what that said; nothing where all went well. */
export function leftTexts({ leftAtSource, tenant: { language } }: Report): string[] {
  if (!leftAtSource) return [];
  const { how, count, files } = leftAtSource;
  const words = phrases[language];
  const shown = files.slice(0, MOST_SHOWN);
  const more = count - shown.length;
  const said = shown.map(({ name, code, params }) => `${name} (${catalogueText(code, language, params, code)})`);
  if (more > 0) said.push(counted(language, more, ...words.moreLeft));
  return [fill(words.left[how], { files: said.join(language === 'fr' ? ' ; ' : '; ') })];
}
