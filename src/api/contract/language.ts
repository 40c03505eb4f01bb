import type { Language } from '../../model/tenant.ts';

const RANGE = /^\s*([a-z]{1,8}|\*)(?:-[a-z0-9]{1,8})*\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*$/i;

/** The language that an Accept-Language header wants most (RFC 9110, section 12.5.4), of those that we speak. */
export function languageOf(header: string | undefined, usual: Language): Language {
  let best: { language: Language; quality: number } = { language: usual, quality: 0 };
  for (const part of (header ?? '').slice(0, 200).split(',')) {
    const [, tag, q = '1'] = RANGE.exec(part) ?? [];
    const language = tag?.toLowerCase();
    if ((language === 'fr' || language === 'en') && Number(q) > best.quality) best = { language, quality: Number(q) };
  }
  return best.language;
}
