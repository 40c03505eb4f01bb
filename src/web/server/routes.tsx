import { Hono } from 'hono';
import type { LinkShape, PersonShape } from '../../api/routes/people.ts';
import { ArrivageError } from '../../errors.ts';
import { ask, Refused } from '../ask.ts';
import type { WebContext, WebEnv, WebRouter } from '../context.ts';
import { formOf } from '../form.ts';
import { operatorsOnly } from '../signed-in.ts';
import { linkShownPage } from '../people/link-page.tsx';
import { removePersonPage } from '../settings/people.tsx';
import { serverFacts } from './facts.ts';
import { serverPage } from './page.tsx';
import { serverWords } from './words.ts';

const PERSON = '{[0-9a-f-]{36}}';

/** The server, for operators; for anybody else there is none. */
export function serverRoutes(): WebRouter {
  const app = new Hono<WebEnv>();
  app.use('/server/*', operatorsOnly);
  app.get('/server', async (c) => serverPage(c, await serverFacts(c)));

  app.post('/server/bans/lift', async (c) => {
    const { subject = '' } = await formOf(c);
    const gone = serverWords(c.var.language).gone;
    return tried(c, { form: 'bans', fields: {}, on: { 404: gone } }, async () => {
      await ask(c, '/bans/lift', { method: 'POST', body: { subject } });
      return c.redirect('/server#bans', 303);
    });
  });

  app.post('/server/operators', async (c) => {
    const fields = await formOf(c);
    const { email = '', language } = fields;
    return tried(c, { form: 'operators', fields }, async () => {
      const { link, ...made } = await ask<PersonShape & { link: LinkShape | null }>(c, '/operators', {
        ...{ method: 'POST', body: { email: email.trim(), language } },
      });
      return link
        ? linkShownPage(c, { email: made.email, link, back: '/server#operators' })
        : c.redirect('/server', 303);
    });
  });
  app.post(`/server/operators/:person${PERSON}/link`, async (c) => {
    const { id, email } = await operatorOf(c);
    const link = await ask<LinkShape>(c, `/people/${id}/password-link`, { method: 'POST' });
    return linkShownPage(c, { email, link, back: '/server#operators' });
  });

  const asking = ({ id, email }: PersonShape) => ({
    ...{ email, at: `/server/operators/${id}/remove`, back: '/server#operators' },
  });
  app.get(`/server/operators/:person${PERSON}/remove`, async (c) => removePersonPage(c, asking(await operatorOf(c))));
  app.post(`/server/operators/:person${PERSON}/remove`, async (c) => {
    const operator = await operatorOf(c);
    try {
      await ask(c, `/operators/${operator.id}`, { method: 'DELETE' });
    } catch (error) {
      if (!(error instanceof Refused) || error.problem.status !== 409) throw error;
      return removePersonPage(c, asking(operator), error.problem);
    }
    return c.redirect('/server#operators', 303);
  });
  return app;
}

interface Trying {
  form: string;
  fields: Record<string, string>;
  /** What is told for a status, where that is not the refusal's own text. */
  on?: Readonly<Record<number, string>>;
}

/** Does what a form asks for; where it is refused, the page comes again with what was typed, and why. */
async function tried(c: WebContext, { form, fields, on = {} }: Trying, work: () => Promise<Response>) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refused) || ![404, 409, 422].includes(error.problem.status)) throw error;
    const { status, detail } = error.problem;
    return serverPage(c, { ...(await serverFacts(c)), typed: { form, fields, wrong: on[status] ?? detail } }, status);
  }
}

/** The operator whom the path names. @throws no_such_resource */
async function operatorOf(c: WebContext): Promise<PersonShape> {
  const { items } = await ask<{ items: PersonShape[] }>(c, '/operators');
  const found = items.find(({ id }) => id === c.req.param('person'));
  if (!found) throw new ArrivageError('no_such_resource');
  return found;
}
