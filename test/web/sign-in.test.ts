import { describe, expect, it } from 'vitest';
import { firstOperatorLink, removeMember, resetPassword, setMember, useLink } from '../../src/admin/people.ts';
import { personOf } from '../../src/db/queries/access/people.ts';
import { createWeb } from '../../src/web/app.ts';
import { testDatabase } from '../support/database.ts';
import { PASSWORD, webWorld } from './world.ts';

describe('signing in', () => {
  it('says that nobody can while there is no operator, and how one is made, but not the link', async () => {
    const { browser, database } = await webWorld(await testDatabase());
    const link = await firstOperatorLink(database);
    const page = await browser().get('/sign-in');
    expect(page.text).toContain('Ce serveur n’a pas encore d’opérateur');
    expect(page.text).toContain('arrivage operator create');
    expect(page.html).not.toContain(link?.path ?? 'no link');
  });

  it('makes the first operator by a link that works once, of two at a time for one', async () => {
    const { browser, database } = await webWorld(await testDatabase());
    const path = (await firstOperatorLink(database))?.path ?? '';
    const form = (name: string) => ({ email: `${name}@example.org`, password: PASSWORD });
    const both = await Promise.all([browser().post(path, form('anna')), browser().post(path, form('bert'))]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([303, 410]);
    expect((await browser().get(path)).status).toBe(410);
    expect(await firstOperatorLink(database)).toBeUndefined();
  });

  it('keeps what was typed, and says what was wrong with it', async () => {
    const { browser, database } = await webWorld(await testDatabase());
    const path = (await firstOperatorLink(database))?.path ?? '';
    const short = await browser().post(path, { email: 'anna@example.org', password: 'short' });
    expect(short).toMatchObject({ status: 422 });
    expect(short.text).toContain('entre 8 et 200 caractères');
    expect(short.html).toContain('value="anna@example.org"');
    const strange = await browser().post(path, { email: 'anna<script>', password: PASSWORD });
    expect(strange.status).toBe(422);
    expect(strange.html).not.toContain('<script>"');
  });

  it('goes back to the page that was wanted, on this server only', async () => {
    const { signedInAs, browser } = await webWorld(await testDatabase());
    await signedInAs('manage', 'anna@example.org');
    const wanted = await browser().get('/t/acme/syncs?state=held');
    expect(wanted).toMatchObject({ status: 303, location: '/sign-in?back=%2Ft%2Facme%2Fsyncs%3Fstate%3Dheld' });
    const signIn = (back: string) =>
      browser().post('/sign-in', { email: 'anna@example.org', password: PASSWORD, back });
    expect((await signIn('/t/acme/syncs?state=held')).location).toBe('/t/acme/syncs?state=held');
    for (const back of ['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)'])
      expect((await signIn(back)).location).toBe('/');
  });

  it('answers an unknown person as a wrong password, later each time, and bans the address after ten', async () => {
    const { signedInAs, browser, waited } = await webWorld(await testDatabase());
    await signedInAs('read', 'anna@example.org');
    const wrong = async (email: string) => (await browser().post('/sign-in', { email, password: 'wrong' })).text;
    expect(await wrong('anna@example.org')).toContain('Adresse e-mail ou mot de passe refusé');
    expect(await wrong('nobody@example.org')).toContain('Adresse e-mail ou mot de passe refusé');
    for (let i = 0; i < 8; i++) await wrong('anna@example.org');
    expect(waited.at(-1)).toBeGreaterThan(waited[0] ?? 0);
    const banned = await browser().post('/sign-in', { email: 'anna@example.org', password: PASSWORD });
    expect(banned.status).toBe(429);
  });

  it('counts against the browser’s address behind a trusted proxy, and believes nobody else’s header', async () => {
    const world = await webWorld(await testDatabase());
    await world.signedInAs('read', 'anna@example.org');
    const behind = createWeb({ ...world.webOptions, trustedProxies: ['10.0.0.0/8'] });
    const from = (peer: string, forwarded: string, password: string) =>
      behind.request(
        'http://localhost/sign-in',
        {
          method: 'POST',
          body: new URLSearchParams({ email: 'anna@example.org', password }).toString(),
          headers: { origin: 'http://localhost', host: 'localhost', 'x-forwarded-for': forwarded },
        },
        { incoming: { socket: { remoteAddress: peer } } },
      );
    for (let i = 0; i < 10; i++) await from('10.0.0.1', '198.51.100.7', 'wrong');
    expect((await from('10.0.0.1', '198.51.100.7', PASSWORD)).status).toBe(429);
    expect((await from('10.0.0.1', '198.51.100.8', PASSWORD)).status).toBe(303);
    expect((await from('192.0.2.1', '198.51.100.7', PASSWORD)).status).toBe(303);
  });

  it('refuses a form from another origin, or from nobody knows where, and GET changes nothing', async () => {
    const { signedInAs } = await webWorld(await testDatabase());
    const anna = await signedInAs('operator');
    for (const headers of [
      { origin: 'https://evil.example' },
      {},
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'null' },
    ])
      expect((await anna.post('/sign-out', {}, headers as Record<string, string>)).status).toBe(403);
    expect((await anna.get('/sign-out')).status).toBe(404);
    expect((await anna.get('/account')).status).toBe(200);
    expect((await anna.post('/sign-out', {}, { 'sec-fetch-site': 'same-origin' })).status).toBe(303);
    expect((await anna.get('/account')).status).toBe(303);
  });

  it('keeps the token as a hash, in a cookie that scripts cannot read', async () => {
    const { signedInAs, database } = await webWorld(await testDatabase());
    const anna = await signedInAs('operator');
    const token = anna.cookies.get('arrivage') ?? '';
    const [row] = await database.sql<{ all: string }[]>`select string_agg(s::text, ' ') as all from signed_in s`;
    expect(token).toHaveLength(43);
    expect(row?.all).not.toContain(token);
  });

  it('ends everywhere with a new password, a change of role, and the end of a membership', async () => {
    const { signedInAs, database } = await webWorld(await testDatabase());
    const admin = { database, actor: 'test' };
    const anna = await signedInAs('sync', 'anna@example.org');
    const person = (await personOf(database.db, 'ANNA@example.org'))?.id ?? '';
    const isIn = async () => (await anna.get('/t/acme')).status === 200;
    const again = () => anna.post('/sign-in', { email: 'anna@example.org', password: PASSWORD });
    expect(await isIn()).toBe(true);
    await setMember(admin, 'acme', { email: 'anna@example.org', role: 'read', language: 'fr' });
    expect(await isIn()).toBe(false);
    await again();
    expect(await isIn()).toBe(true);
    const { path } = await resetPassword(admin, person);
    expect(await isIn()).toBe(true);
    await useLink(database, path.slice('/link/'.length), { email: '', password: PASSWORD, language: 'fr' });
    expect(await isIn()).toBe(false);
    await again();
    await removeMember(admin, 'acme', person);
    expect(await isIn()).toBe(false);
    expect((await again()).status).toBe(401);
  });

  it('lists where somebody is signed in, and ends it there', async () => {
    const { signedInAs, browser } = await webWorld(await testDatabase());
    const anna = await signedInAs('operator', 'anna@example.org');
    const other = browser();
    await other.post('/sign-in', { email: 'anna@example.org', password: PASSWORD });
    expect((await other.get('/account')).status).toBe(200);
    const [, end = ''] = /action="(\/account\/browsers\/[\w-]+\/end)"/.exec((await anna.get('/account')).html) ?? [];
    await anna.post(end);
    expect((await other.get('/account')).status).toBe(303);
    expect((await anna.get('/account')).status).toBe(200);
  });
});
