import { fill } from '../../errors.ts';
import type { Language } from '../../model/tenant.ts';
import type { Block } from './letter.ts';
import { mailWords } from './words.ts';

/** Who writes, and about whom. */
export const footer = (language: Language, tenantName: string): Block => ({
  kind: 'text',
  text: fill(mailWords[language].footer, { tenant: tenantName }),
});
