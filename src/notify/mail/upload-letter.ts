import type { UploadEventData } from '../../db/queries/events/data.ts';
import { fill } from '../../errors.ts';
import type { Language } from '../../model/tenant.ts';
import { phrases } from '../../report/phrases.ts';
import { size } from '../../report/wording.ts';
import { momentText } from '../paris.ts';
import { footer } from './footer.ts';
import type { Letter } from './letter.ts';
import { mailWords } from './words.ts';

/** Pure: what is written about a file that was put aside. */
export function uploadLetter(language: Language, tenantName: string, data: UploadEventData): Letter {
  const words = mailWords[language];
  const { upload, reason } = data;
  const aside = fill(words.aside, {
    ...{ name: upload.name, size: size(language, upload.size), reason: reason[language] },
    moment: momentText(language, new Date(upload.receivedAt)),
  });
  return {
    language,
    subject: fill(words.asideSubject, { tenant: tenantName, name: upload.name }),
    blocks: [
      { kind: 'text', text: aside },
      { kind: 'title', text: phrases[language].nextTitle },
      { kind: 'list', items: [phrases[language].next.putAside] },
      footer(language, tenantName),
    ],
  };
}
