import { z } from '@hono/zod-openapi';
import type { Language } from '../../model/tenant.ts';
import { catalogueText } from '../../report/catalogue-text.ts';

/** Why something was put aside or failed: a code for programs, a text for people. */
export const reason = z.object({ code: z.string(), message: z.string() });

interface StoredReason {
  code: string;
  params?: Record<string, string>;
  /** English, for a code of which the catalogue has no text. */
  message?: string;
}

export const shownReason = (stored: StoredReason, language: Language): z.infer<typeof reason> => ({
  code: stored.code,
  message: catalogueText(stored.code, language, stored.params ?? {}, stored.message ?? stored.code),
});
