import { describe, expect, it } from 'vitest';
import { testDatabase } from '../support/database.ts';
import { webWorld } from './world.ts';

const world = async () => webWorld(await testDatabase());

describe('the server’s page', () => {
  it('is there for operators, and for nobody else', async () => {
    const { signedInAs, browser } = await world();
    const [operator, manager] = [await signedInAs('operator'), await signedInAs('manage')];
    const { status, text } = await operator.get('/server');
    expect(status).toBe(200);
    for (const told of [
      'ftp.example.org',
      'SFTP 2022',
      'SHA256:abc',
      'AA:BB',
      'Postgres',
      'Personne n’est tenu à l’écart',
    ])
      expect(text).toContain(told);
    expect((await browser().get('/server')).location).toContain('/sign-in');
    const others: readonly (readonly [path: string, form: Record<string, string>])[] = [
      ['/server/bans/lift', { subject: '192.0.2.1' }],
      ['/server/operators', { email: 'me@example.org', language: 'fr' }],
      [`/server/operators/${crypto.randomUUID()}/remove`, {}],
      [`/server/operators/${crypto.randomUUID()}/link`, {}],
    ];
    expect((await manager.get('/server')).status).toBe(404);
    for (const [path, form] of others) expect((await manager.post(path, form)).status, path).toBe(404);
    expect((await operator.get('/server')).text).not.toContain('me@example.org');
  });

  it('lets in again whom too many failures keep out, and says so where that is over', async () => {
    const { signedInAs, database, ask } = await world();
    const operator = await signedInAs('operator');
    await database.sql`
      insert into penalties (side, kind, subject, failures, since, until, changed_at) values
      ('doors', 'address', '192.0.2.7', 0, now(), now() + interval '10 minutes', now()),
      ('doors', 'username', '<acme>', 0, now(), now() + interval '10 minutes', now())`;
    const shown = await operator.get('/server');
    expect(shown.text).toContain('adresse 192.0.2.7');
    expect(shown.html).toContain('identifiant &lt;acme&gt;');
    const lift = () => operator.post('/server/bans/lift', { subject: '192.0.2.7' });
    expect((await lift()).location).toBe('/server#bans');
    expect((await ask<{ items: unknown[] }>('/v1/bans')).json.items).toHaveLength(1);
    const again = await lift();
    expect([again.status, again.text.includes('C’est déjà fini')]).toEqual([404, true]);
  });

  it('tells who signed in and who was refused, by name', async () => {
    const { signedInAs, browser, audit } = await world();
    const operator = await signedInAs('operator');
    await browser().post('/sign-in', { email: 'mallory@example.org', password: 'wrong' });
    await audit();
    const { text } = await operator.get('/server');
    expect(text).toMatch(/operator@example\.org\s+s’est connecté/);
    expect(text).toMatch(/Derniers refus[\s\S]*connexion refusée/);
  });

  it('makes an operator, whose link is shown once, and removes one when asked again, but the last', async () => {
    const { signedInAs, browser } = await world();
    const operator = await signedInAs('operator');
    const made = await operator.post('/server/operators', { email: 'olga@example.org', language: 'en' });
    const link = /<code id="link"[^>]*>\s*([^\s<]+)/.exec(made.html)?.[1] ?? '';
    expect(link).toMatch(/^http:\/\/localhost\/link\/[\w-]{43}$/);
    const listed = await operator.get('/server');
    expect(listed.html).not.toContain(link.split('/').at(-1));
    const olga = browser();
    await olga.post(new URL(link).pathname, { email: 'olga@example.org', password: 'correct horse battery' });
    expect((await olga.get('/server')).html).toContain('<html lang="en">');

    const remove = (email: string) =>
      new RegExp(`href="([^"]+/remove)" aria-label="Retirer ${email}"`).exec(listed.html)?.[1] ?? '';
    expect((await operator.get(remove('olga@example.org'))).text).toContain('Retirer l’accès à olga@example.org');
    expect((await operator.post(remove('olga@example.org'))).location).toBe('/server#operators');
    expect((await olga.get('/server')).location).toContain('/sign-in');
    const last = await operator.post(remove('operator@example.org'));
    expect([last.status, last.text.includes('dernier opérateur')]).toEqual([409, true]);
    const wrong = await operator.post('/server/operators', { email: 'olga', language: 'en' });
    expect([wrong.status, wrong.html.includes('value="olga"')]).toEqual([422, true]);
    const taken = await operator.post('/server/operators', { email: 'operator@example.org', language: 'fr' });
    expect(taken.status).toBe(409);
  });
});
