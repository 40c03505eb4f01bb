import { describe, expect, it } from 'vitest';
import { keysWithoutAccess } from '../../src/db/queries/access/api-keys.ts';
import { testDatabase } from '../support/database.ts';
import { webWorld } from './world.ts';

const pages = ['', '/syncs', '/files', '/data/clients', '/data/ecritures', '/data/contacts', '/connection'];

describe('the pages of a client', () => {
  it('are there for whoever is let in, and for nobody else', async () => {
    const { signedInAs, browser } = await webWorld(await testDatabase());
    const [operator, reader] = [await signedInAs('operator'), await signedInAs('read')];
    for (const page of pages) {
      expect((await operator.get(`/t/acme${page}`)).status, page).toBe(200);
      expect((await reader.get(`/t/acme${page}`)).status, page).toBe(200);
      expect((await reader.get(`/t/other${page}`)).status, page).toBe(404);
      expect((await operator.get(`/t/nobody${page}`)).status, page).toBe(404);
      expect((await browser().get(`/t/acme${page}`)).status, page).toBe(303);
    }
  });

  it('forbid scripts and styles from anywhere else, and are kept by nobody', async () => {
    const { signedInAs } = await webWorld(await testDatabase());
    const operator = await signedInAs('operator');
    for (const page of ['/', ...pages.map((one) => `/t/acme${one}`), '/account', '/nothing']) {
      const { headers, html } = await operator.get(page);
      expect(headers.get('content-security-policy')).toContain("script-src 'self'");
      expect(headers.get('content-security-policy')).not.toContain('unsafe');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(html).not.toMatch(/ style=| on\w+=|<script(?![^>]* src=)/);
    }
  });

  it('let a person synchronise who may, once, and show the one sync however often it is asked for', async () => {
    const { signedInAs } = await webWorld(await testDatabase());
    const [sender, reader] = [await signedInAs('sync'), await signedInAs('read')];
    const [first, second] = [await sender.post('/t/acme/synchronise'), await sender.post('/t/acme/synchronise')];
    expect(first.location).toMatch(/^\/t\/acme\/syncs\/\d+$/);
    expect(second.location).toBe(first.location);
    expect((await reader.post('/t/acme/synchronise')).status).toBe(403);
    expect((await reader.get(first.location ?? '')).status).toBe(200);
    expect((await reader.get((first.location ?? '').replace('acme', 'other'))).status).toBe(404);
  });

  it('show the password of a new username once', async () => {
    const { signedInAs, database } = await webWorld(await testDatabase());
    const manager = await signedInAs('manage');
    const made = await manager.post('/t/acme/connection/usernames', { username: 'acme-export' });
    const [, password = ''] = /<code id="password"[^>]*>\s*([^\s<]+)/.exec(made.html) ?? [];
    expect(password).toHaveLength(28);
    expect((await manager.get('/t/acme/connection')).html).not.toContain(password);
    expect((await manager.get('/t/acme/connection')).text).toContain('acme-export');
    const again = await manager.post('/t/acme/connection/usernames', { username: 'acme-export' });
    expect(again.status).toBe(409);
    expect(again.html).toContain('value="acme-export"');
    const logged = await database.sql<{ n: number }[]>`
      select count(*)::int as n from audit where detail::text like ${`%${password}%`}`;
    expect(logged[0]?.n).toBe(0);
  });

  it('add a client for an operator, and tell what is wrong with its identifier beside what was typed', async () => {
    const { signedInAs } = await webWorld(await testDatabase());
    const [operator, manager] = [await signedInAs('operator'), await signedInAs('manage')];
    const wrong = await operator.post('/clients', { id: 'Not An Id', name: 'Borel & Fils' });
    expect(wrong.status).toBe(422);
    expect(wrong.html).toContain('value="Borel &amp; Fils"');
    expect((await operator.post('/clients', { id: 'borel', name: 'Borel & Fils' })).location).toBe('/t/borel');
    expect((await operator.get('/')).text).toContain('Borel &amp; Fils');
    expect((await manager.post('/clients', { id: 'mine', name: 'Mine' })).status).toBe(404);
    // Who has one client only never sees the list.
    expect((await manager.get('/')).location).toBe('/t/acme');
  });

  it('answer in the language of the person, who may change it', async () => {
    const { signedInAs } = await webWorld(await testDatabase());
    const anna = await signedInAs('operator');
    expect((await anna.get('/')).html).toContain('<html lang="fr">');
    expect((await anna.post('/language', { language: 'en', back: '/account' })).location).toBe('/account');
    expect((await anna.get('/')).html).toContain('<html lang="en">');
  });

  it('count as one each, and those of a person have a limit that no key of their tenant shares', async () => {
    const { signedInAs, ask, keys } = await webWorld(await testDatabase(), { requestsPerMinute: 20 });
    const reader = await signedInAs('read');
    const statuses: number[] = [];
    for (let i = 0; i < 22; i++) statuses.push((await reader.get('/t/acme')).status);
    expect(statuses.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 200));
    expect(statuses.at(-1)).toBe(429);
    const { headers } = await ask('/v1/tenants/acme', { key: keys.read });
    expect(Number(headers.get('RateLimit-Remaining'))).toBe(10_000 - 1);
  });

  it('let a list be taken away while its reader is signed in, and know at once when not', async () => {
    const { signedInAs, database } = await webWorld(await testDatabase());
    const reader = await signedInAs('read');
    const [row] = await database.sql<{ id: string }[]>`select id from signed_in`;
    const id = row?.id ?? '';
    expect((await reader.get('/t/acme/data/clients.csv')).headers.get('content-disposition')).toContain(
      'acme-clients.csv',
    );
    expect(await keysWithoutAccess(database.db, [id])).toEqual([]);
    await reader.post('/sign-out');
    expect(await keysWithoutAccess(database.db, [id])).toEqual([id]);
  });
});
