import type { LinkShape } from '../../api/routes/people.ts';
import type { WebContext } from '../context.ts';
import { page, type Tab } from '../frame/layout.tsx';
import { Moment, ToCopy } from '../frame/parts.tsx';
import { readerOf } from '../reader.ts';
import { isSecure } from '../signed-in.ts';
import { peopleWords } from './words.ts';

interface Props {
  email: string;
  link: LinkShape;
  /** Where to go on. */
  back: string;
  tab?: Tab;
}

/** The one page on which a link stands by which somebody chooses their password. */
export function linkShownPage(c: WebContext, { email, link, back, tab }: Props) {
  const words = peopleWords(c.var.language);
  const reader = readerOf(c);
  const { publicUrl } = c.var.options;
  const here = publicUrl ?? `${isSecure(c) ? 'https' : 'http'}://${c.req.header('host') ?? ''}`;
  return page(c, {
    ...{ title: words.linkFor(email), ...(tab !== undefined && { tab }) },
    children: (
      <div class="narrow">
        <h1>{words.linkFor(email)}</h1>
        <ToCopy id="link" text={`${here}${link.path}`} language={reader.language} />
        <p>
          {words.once} {words.works} <Moment at={link.expiresAt} reader={reader} />.
        </p>
        <p>
          <a class="button" href={back}>
            {words.handedOn}
          </a>
        </p>
      </div>
    ),
  });
}
