import type { Language } from '../model/tenant.ts';
import { catalogueText } from '../report/catalogue-text.ts';
import { findingText } from '../validate/messages.ts';

/** Why something was put aside or failed, as it is stored. */
export interface StoredReason {
  code: string;
  params?: Record<string, string>;
  /** English, for a code of which the catalogue has no text. */
  message?: string;
}

/** Where a finding is: its column and the first value that it was found in. */
interface FoundAt {
  column: string | null;
  value: string | null;
}

/** Puts into words what is stored as a code. */
export interface Wording<Reason, Texts extends object> {
  /** The language of whatever is neither a reason nor a finding. */
  language: Language;
  reason: (stored: StoredReason) => Reason;
  finding: (code: string, at: FoundAt) => Texts;
}

/** For one reader: each code with its text. */
export const spoken = (language: Language) => ({
  language,
  reason: ({ code, params = {}, message = code }: StoredReason) => ({
    code,
    message: catalogueText(code, language, params, message),
  }),
  finding: (code: string, at: FoundAt) => ({ message: findingText(code, language, at) }),
});

/** For scripts: reasons as they are stored, findings in both languages. */
export const forScripts = {
  language: 'en',
  reason: (stored: StoredReason) => stored,
  finding: (code: string, at: FoundAt) => ({ fr: findingText(code, 'fr', at), en: findingText(code, 'en', at) }),
} as const;
