import { Hono } from 'hono';
import { ask, orNone, Refused } from '../ask.ts';
import type { WebContext, WebEnv, WebRouter } from '../context.ts';
import { formOf } from '../form.ts';
import { readerOf } from '../reader.ts';
import { connectionPage, passwordPage, type Connector, type Credential } from './page.tsx';

/** How files get here: the endpoint, who may send, and from where files are fetched. */
export function connectionRoutes(): WebRouter {
  const app = new Hono<WebEnv>();

  app.get('/connection', async (c) => connectionPage(c, await factsOf(c)));

  app.post('/connection/usernames', async (c) => {
    const { username = '', cleartext } = await formOf(c);
    const body = { username: username.trim(), allowCleartextFtp: cleartext === 'yes' };
    try {
      const made = await ask<{ username: string; password: string }>(c, `/tenants/${c.var.tenant.id}/credentials`, {
        ...{ method: 'POST', body },
      });
      return await passwordPage(c, made);
    } catch (error) {
      if (!(error instanceof Refused) || ![409, 422].includes(error.problem.status)) throw error;
      const typed = { username, wrong: error.problem.detail };
      return connectionPage(c, { ...(await factsOf(c)), typed }, error.problem.status);
    }
  });

  app.post('/connection/usernames/:username/revoke', async (c) => {
    const { id } = c.var.tenant;
    const username = encodeURIComponent(c.req.param('username'));
    await ask(c, `/tenants/${id}/credentials/${username}`, { method: 'DELETE' });
    return c.redirect(`/t/${id}/connection`, 303);
  });
  return app;
}

async function factsOf(c: WebContext) {
  const at = `/tenants/${c.var.tenant.id}`;
  const [credentials, connector] = await Promise.all([
    orNone(ask<{ items: Credential[] }>(c, `${at}/credentials`)),
    orNone(ask<Connector>(c, `${at}/connector`)),
  ]);
  return { credentials: credentials?.items, connector, reader: readerOf(c) };
}
