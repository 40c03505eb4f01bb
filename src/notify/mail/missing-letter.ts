import { fill } from '../../errors.ts';
import type { Language } from '../../model/tenant.ts';
import { phrases } from '../../report/phrases.ts';
import type { MissingEventData } from '../expected.ts';
import { footer } from './footer.ts';
import type { Letter } from './letter.ts';
import { mailWords } from './words.ts';

/** Pure: what is written about a dataset that did not come by its usual time. */
export function missingLetter(language: Language, tenantName: string, data: MissingEventData): Letter {
  const dataset = phrases[language].datasets[data.dataset];
  return {
    language,
    subject: fill(mailWords[language].missingSubject, { tenant: tenantName, dataset }),
    blocks: [
      { kind: 'text', text: data.reason[language] },
      { kind: 'title', text: phrases[language].nextTitle },
      { kind: 'list', items: [fill(phrases[language].next.missing, { datasets: dataset })] },
      footer(language, tenantName),
    ],
  };
}
