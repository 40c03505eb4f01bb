import { setTimeout as pause } from 'node:timers/promises';
import { Hono } from 'hono';
import { setCookie } from 'hono/cookie';
import { longestPassword, shortestPassword, useLink } from '../../admin/people.ts';
import { hashToken } from '../../auth/token.ts';
import { verifyPassword } from '../../auth/password.ts';
import { reachable } from '../../db/client.ts';
import { credentialOf, hasOperator, setPersonLanguage } from '../../db/queries/access/people.ts';
import { browsersOf, findLink, signOut } from '../../db/queries/access/signed-in.ts';
import { ArrivageError } from '../../errors.ts';
import { isMailAddress } from '../../base/mail-address.ts';
import type { Language } from '../../model/tenant.ts';
import type { WebContext, WebEnv, WebRouter } from '../context.ts';
import { formOf } from '../form.ts';
import { addressOf, endHere, isSecure, signedIn, signIn } from '../signed-in.ts';
import { readerOf } from '../reader.ts';
import { accountPage, endedPage, linkPage, signInPage } from './pages.tsx';

const TOKEN = /^[\w-]{43}$/;
/** How long the language is kept that somebody chose who is not signed in. */
const LANGUAGE_SECONDS = 365 * 86_400;

/** A path of this server, to go to once signed in: nothing that a browser takes for another server. */
const safeBack = (back: string): string => (/^\/(?![/\\])[^\s\\]*$/.test(back) && back.length < 2000 ? back : '/');

export function signInRoutes(): WebRouter {
  const app = new Hono<WebEnv>();

  app.get('/sign-in', async (c) =>
    signInPage(c, {
      back: safeBack(c.req.query('back') ?? '/'),
      typed: { email: '' },
      hasOperator: await reachable(hasOperator(c.var.options.database.db)),
    }),
  );

  app.post('/sign-in', async (c) => {
    const { email = '', password = '', back = '/' } = await formOf(c);
    const refusal = await tryIn(c, email.trim(), password);
    if (!refusal) return c.redirect(safeBack(back), 303);
    const typed = { email: email.slice(0, 254), wrong: refusal.text(c.var.language) };
    return signInPage(c, { back: safeBack(back), typed, status: refusal.entry.http, hasOperator: true });
  });

  app.post('/sign-out', async (c) => {
    await endHere(c);
    return c.redirect('/sign-in', 303);
  });

  app.post('/language', async (c) => {
    const { language, back = '/' } = await formOf(c);
    const chosen: Language = language === 'en' ? 'en' : 'fr';
    setCookie(c, 'language', chosen, { sameSite: 'Lax', path: '/', secure: isSecure(c), maxAge: LANGUAGE_SECONDS });
    await signedIn(c, () => setPersonLanguage(c.var.options.database.db, c.var.viewer.id, chosen));
    return c.redirect(safeBack(back), 303);
  });

  app.get('/link/:token', async (c) => {
    const link = await linkOf(c);
    return link ? linkPage(c, { email: link.email, typed: { email: '' }, least: shortestPassword }) : endedPage(c);
  });

  app.post('/link/:token', async (c) => {
    const link = await linkOf(c);
    if (!link) return endedPage(c);
    const { email: said = '', password = '' } = await formOf(c);
    const email = link.email ?? said.trim();
    try {
      if (!isMailAddress(email)) throw new ArrivageError('invalid_email');
      const person = await useLink(c.var.options.database, c.req.param('token'), {
        ...{ email, password, language: c.var.language },
      });
      await signIn(c, person);
      return c.redirect('/', 303);
    } catch (error) {
      if (!(error instanceof ArrivageError)) throw error;
      if (error.code === 'link_ended') return endedPage(c);
      const typed = { email: email.slice(0, 254), wrong: error.text(c.var.language) };
      return linkPage(c, { email: link.email, typed, least: shortestPassword, status: error.entry.http });
    }
  });

  app.use('/account/*', signedIn);
  app.get('/account', async (c) =>
    accountPage(c, await browsersOf(c.var.options.database.db, c.var.viewer.id), readerOf(c)),
  );
  app.post('/account/browsers/end-others', async (c) => {
    await signOut(c.var.options.database.db, c.var.viewer.id, { butId: c.var.viewer.signedInId });
    return c.redirect('/account', 303);
  });
  app.post('/account/browsers/:id/end', async (c) => {
    const id = c.req.param('id');
    if (/^[\da-f-]{36}$/.test(id)) await signOut(c.var.options.database.db, c.var.viewer.id, { id });
    return c.redirect('/account', 303);
  });
  return app;
}

async function linkOf(c: WebContext) {
  const token = c.req.param('token') ?? '';
  return TOKEN.test(token) ? reachable(findLink(c.var.options.database.db, hashToken(token))) : undefined;
}

/**
 * Signs in whose e-mail and password these are. Whatever is wrong is answered the same, and later each time; too many close
 * the door to the address for a while, never to the person: anybody could lock them out.
 * @returns why not
 */
async function tryIn(c: WebContext, email: string, password: string): Promise<ArrivageError | undefined> {
  const { database, penalties, auditLog, wait = pause } = c.var.options;
  const address = addressOf(c);
  if (penalties.addressIsBanned(address)) return new ArrivageError('too_many_attempts');
  const known = isMailAddress(email) ? await reachable(credentialOf(database.db, email)) : undefined;
  const fits = password.length <= longestPassword;
  if (await verifyPassword(known?.passwordHash, fits ? password : '')) {
    if (known) await signIn(c, known.id);
    return undefined;
  }
  const detail = { door: 'http', protocol: 'page', address, reason: 'sign_in_refused' };
  auditLog.add({ tenantId: '', actor: known ? `person:${email}` : '', action: 'sign_in.refused', detail });
  try {
    // A name with a slash is no username: no door is closed to a credential of the same name.
    await wait(await penalties.failed(address, `page/${email.toLowerCase().slice(0, 254)}`));
  } catch (error) {
    if (error instanceof ArrivageError) return error;
    throw error;
  }
  return new ArrivageError('sign_in_refused');
}
