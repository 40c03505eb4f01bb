import { Hono } from 'hono';
import type { LinkShape, MemberShape } from '../../api/routes/people.ts';
import { ArrivageError } from '../../errors.ts';
import { datasets, type LoadMode } from '../../model/dataset.ts';
import { ask, Refused, request } from '../ask.ts';
import type { WebContext, WebEnv, WebRouter } from '../context.ts';
import { formOf } from '../form.ts';
import { operatorsOnly } from '../signed-in.ts';
import { linkShownPage } from '../people/link-page.tsx';
import { readerOf } from '../reader.ts';
import { deletePage } from './delete-page.tsx';
import { settingsFacts, type Key, type ShownMapping } from './facts.ts';
import { secretPage } from './keys.tsx';
import { settingsPage } from './page.tsx';
import { removePersonPage } from './people.tsx';
import { settingsWords } from './words.ts';

type Fields = Record<string, string>;

/** A thing's id in a path. */
const ID = '{[0-9a-f-]{36}}';

export function settingsRoutes(): WebRouter {
  const app = new Hono<WebEnv>();
  app.get('/settings', async (c) => settingsPage(c, { ...(await settingsFacts(c)), reader: readerOf(c) }));
  identityRoutes(app);
  peopleRoutes(app);
  toldRoutes(app);
  keyRoutes(app);
  stateRoutes(app);
  return app;
}

const apiOf = (c: WebContext): string => `/tenants/${c.var.tenant.id}`;
const pageOf = (c: WebContext): string => `/t/${c.var.tenant.id}/settings`;
const done = (c: WebContext, section: string) => c.redirect(`${pageOf(c)}#${section}`, 303);

/** Does what a form asks for; where it is refused, the page comes again with what was typed, and why. */
async function tried(c: WebContext, form: string, fields: Fields, work: () => Promise<Response>): Promise<Response> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refused) || ![409, 412, 422, 429].includes(error.problem.status)) throw error;
    return refused(c, form, fields, error.problem.detail, error.problem.status);
  }
}

async function refused(c: WebContext, form: string, fields: Fields, wrong: string, status: number) {
  return settingsPage(c, { ...(await settingsFacts(c)), reader: readerOf(c), typed: { form, fields, wrong } }, status);
}

function identityRoutes(app: WebRouter): void {
  app.post('/settings/identity', async (c) => {
    const fields = await formOf(c);
    const { name = '', language, trigger } = fields;
    return tried(c, 'identity', fields, async () => {
      await ask(c, apiOf(c), { method: 'PATCH', body: { name: name.trim(), language, trigger } });
      return done(c, 'identity');
    });
  });

  app.post('/settings/guard', async (c) => {
    const fields = await formOf(c);
    const [guardSettle, guardRows] = [shareIn(fields['guardSettle']), shareIn(fields['guardRows'])];
    if (guardSettle === undefined || guardRows === undefined)
      return refused(c, 'guard', fields, settingsWords(c.var.language).notAShare, 422);
    return tried(c, 'guard', fields, async () => {
      await ask(c, apiOf(c), { method: 'PATCH', body: { guardSettle, guardRows } });
      return done(c, 'guard');
    });
  });

  app.post('/settings/mode/:dataset', async (c) => {
    const dataset = datasets.find((one) => one === c.req.param('dataset'));
    if (!dataset) throw new ArrivageError('no_such_resource');
    const fields = await formOf(c);
    const form = `mode-${dataset}`;
    const read = await request(c, `${apiOf(c)}/mappings/${dataset}`);
    const { dataset: _, version, ...mapping } = (await read.json()) as ShownMapping;
    if (fields['version'] !== String(version))
      return refused(c, form, fields, settingsWords(c.var.language).overtaken, 412);
    return tried(c, form, fields, async () => {
      await ask(c, `${apiOf(c)}/mappings/${dataset}`, {
        ...{ method: 'PUT', body: { ...mapping, mode: fields['mode'] as LoadMode } },
        headers: { 'if-match': read.headers.get('etag') ?? '' },
      });
      return done(c, 'mappings');
    });
  });
}

/** `30`, `30,5` → a share between 0 and 1; undefined where it is none. */
function shareIn(text = ''): number | undefined {
  const typed = text.trim().replace(',', '.');
  const value = /^\d{1,3}(\.\d{1,6})?$/.test(typed) ? Number(typed) / 100 : NaN;
  return value >= 0 && value <= 1 ? value : undefined;
}

function peopleRoutes(app: WebRouter): void {
  const set = async (c: WebContext, form: string) => {
    const fields = await formOf(c);
    const { email = '', role } = fields;
    return tried(c, form, fields, async () => {
      const { link, ...person } = await ask<MemberShape & { link: LinkShape | null }>(c, `${apiOf(c)}/people`, {
        ...{ method: 'POST', body: { email: email.trim(), role } },
      });
      return link
        ? linkShownPage(c, { email: person.email, link, back: `${pageOf(c)}#people`, tab: 'settings' })
        : done(c, 'people');
    });
  };
  app.post('/settings/people', (c) => set(c, 'people'));
  app.post('/settings/people/role', (c) => set(c, 'role'));

  app.post(`/settings/people/:person${ID}/link`, async (c) => {
    const { id, email } = await personOf(c);
    const link = await ask<LinkShape>(c, `/people/${id}/password-link`, { method: 'POST' });
    return linkShownPage(c, { email, link, back: `${pageOf(c)}#people`, tab: 'settings' });
  });

  const asking = (c: WebContext, { id, email }: MemberShape) => ({
    ...{ email, at: `${pageOf(c)}/people/${id}/remove`, back: `${pageOf(c)}#people`, tab: 'settings' as const },
  });
  app.get(`/settings/people/:person${ID}/remove`, async (c) => removePersonPage(c, asking(c, await personOf(c))));
  app.post(`/settings/people/:person${ID}/remove`, async (c) => {
    const person = await personOf(c);
    try {
      await ask(c, `${apiOf(c)}/people/${person.id}`, { method: 'DELETE' });
    } catch (error) {
      if (!(error instanceof Refused) || error.problem.status !== 409) throw error;
      return removePersonPage(c, asking(c, person), error.problem);
    }
    return done(c, 'people');
  });
}

/** The person whom the path names, if this client lets them in. @throws Refused, no_such_resource */
async function personOf(c: WebContext): Promise<MemberShape> {
  const { items } = await ask<{ items: MemberShape[] }>(c, `${apiOf(c)}/people`);
  const found = items.find(({ id }) => id === c.req.param('person'));
  if (!found) throw new ArrivageError('no_such_resource');
  return found;
}

function toldRoutes(app: WebRouter): void {
  const recipient = (c: WebContext, email: string) => `${apiOf(c)}/recipients/${encodeURIComponent(email.trim())}`;
  app.post('/settings/recipients', async (c) => {
    const fields = await formOf(c);
    const { email = '', language, digest } = fields;
    return tried(c, 'recipients', fields, async () => {
      const body = { language, digest: digest === 'yes' };
      // An empty name would be another path.
      await ask(c, recipient(c, email.trim() === '' ? '?' : email), { method: 'PUT', body });
      return done(c, 'recipients');
    });
  });
  app.post('/settings/recipients/remove', async (c) => {
    const { email = '' } = await formOf(c);
    await ask(c, recipient(c, email), { method: 'DELETE' });
    return done(c, 'recipients');
  });

  app.post('/settings/webhooks', async (c) => {
    const fields = await formOf(c);
    const { url = '' } = fields;
    return tried(c, 'webhooks', fields, async () => {
      const made = await ask<{ url: string; secret: string }>(c, `${apiOf(c)}/webhooks`, {
        ...{ method: 'POST', body: { url: url.trim() } },
      });
      const title = settingsWords(c.var.language).secretOf(made.url);
      return secretPage(c, { title, secret: made.secret, back: `${pageOf(c)}#webhooks` });
    });
  });
  app.post(`/settings/webhooks/:webhook${ID}/remove`, async (c) => {
    await ask(c, `${apiOf(c)}/webhooks/${c.req.param('webhook')}`, { method: 'DELETE' });
    return done(c, 'webhooks');
  });
}

function keyRoutes(app: WebRouter): void {
  app.post('/settings/keys', async (c) => {
    const fields = await formOf(c);
    const { name = '', scope } = fields;
    return tried(c, 'keys', fields, async () => {
      const made = await ask<Key & { key: string }>(c, `${apiOf(c)}/keys`, {
        ...{ method: 'POST', body: { name: name.trim(), scope } },
      });
      const title = settingsWords(c.var.language).keyOf(made.name);
      return secretPage(c, { title, secret: made.key, back: `${pageOf(c)}#keys` });
    });
  });
  app.post(`/settings/keys/:key${ID}/revoke`, async (c) => {
    await ask(c, `${apiOf(c)}/keys/${c.req.param('key')}`, { method: 'DELETE' });
    return done(c, 'keys');
  });
}

function stateRoutes(app: WebRouter): void {
  app.post('/settings/state', async (c) => {
    const { state } = await formOf(c);
    await ask(c, apiOf(c), { method: 'PATCH', body: { state } });
    return done(c, 'state');
  });
  app.use('/settings/delete', operatorsOnly);
  app.get('/settings/delete', (c) => deletePage(c, { id: '', isWrong: false }));
  app.post('/settings/delete', async (c) => {
    const { id = '' } = await formOf(c);
    if (id.trim() !== c.var.tenant.id) return deletePage(c, { id, isWrong: true });
    await ask(c, apiOf(c), { method: 'DELETE' });
    return c.redirect('/', 303);
  });
}
