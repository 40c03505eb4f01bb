import { describe, expect, it } from 'vitest';
import { testDatabase } from '../support/database.ts';
import { webWorld } from './world.ts';

const settings = '/t/acme/settings';
const world = async () => webWorld(await testDatabase());
type World = Awaited<ReturnType<typeof world>>;

const tenantIn = async ({ ask }: World) => (await ask('/v1/tenants/acme')).json;
const linkIn = (html: string): string => /<code id="link"[^>]*>\s*([^\s<]+)/.exec(html)?.[1] ?? '';
const secretIn = (html: string): string => /<code id="secret"[^>]*>\s*([^\s<]+)/.exec(html)?.[1] ?? '';

/** Every form of the page that changes something, with what would do it. */
const changes: readonly (readonly [path: string, form: Record<string, string>])[] = [
  ['/identity', { name: 'New', language: 'en', trigger: 'each' }],
  ['/guard', { guardSettle: '30', guardRows: '50' }],
  ['/mode/ecritures', { version: '0', mode: 'delta' }],
  ['/people', { email: 'x@acme.example', role: 'manage' }],
  ['/people/role', { email: 'x@acme.example', role: 'manage' }],
  ['/recipients', { email: 'x@acme.example', language: 'fr' }],
  ['/recipients/remove', { email: 'x@acme.example' }],
  ['/webhooks', { url: 'https://127.0.0.1/' }],
  ['/keys', { name: 'ERP', scope: 'manage' }],
];

describe('the settings of a client', () => {
  it('are there for whoever is let in, with controls for whoever manages, and of no other client', async () => {
    const { signedInAs, browser } = await world();
    const [manager, sender, reader] = [await signedInAs('manage'), await signedInAs('sync'), await signedInAs('read')];
    for (const one of [manager, sender, reader]) {
      expect((await one.get(settings)).text).toContain('Garde-fou');
      expect((await one.get('/t/other/settings')).status).toBe(404);
      expect((await one.post('/t/other/settings/identity', { name: 'Ours' })).status).toBe(404);
    }
    expect((await browser().get(settings)).status).toBe(303);
    const [whole, part] = [(await manager.get(settings)).html, (await reader.get(settings)).html];
    expect(whole).toContain(`action="${settings}/guard"`);
    // Of an operator's.
    expect(whole).not.toContain(`${settings}/state`);
    expect(part).not.toContain(`action="${settings}`);
    expect(part).not.toContain('manage@example.org');
    expect(part).toMatch(/Retenir si plus de[\s\S]*des écritures ouvertes/);
  });

  it('are changed by nobody who only reads or sends, whatever they post', async () => {
    const here = await world();
    const { signedInAs, database } = here;
    const [sender, reader] = [await signedInAs('sync'), await signedInAs('read')];
    const before = await tenantIn(here);
    for (const one of [sender, reader]) {
      for (const [path, form] of changes) expect((await one.post(`${settings}${path}`, form)).status, path).toBe(403);
      expect((await one.post(`${settings}/state`, { state: 'live' })).status).toBe(403);
      expect((await one.post(`${settings}/delete`, { id: 'acme' })).status).toBe(404);
    }
    expect(await tenantIn(here)).toEqual(before);
    const [left] = await database.sql`
      select (select count(*) from recipients)::int + (select count(*) from webhooks)::int
        + (select count(*) from mappings)::int + (select count(*) from api_keys where name = 'ERP')::int as n`;
    expect(left?.['n']).toBe(0);
  });

  it('change its name, language and trigger; what is refused stands there as it was typed', async () => {
    const here = await world();
    const manager = await here.signedInAs('manage');
    const form = { name: 'Acme <& Fils>', language: 'en', trigger: 'each' };
    expect((await manager.post(`${settings}/identity`, form)).location).toBe(`${settings}#identity`);
    expect(await tenantIn(here)).toMatchObject(form);
    expect((await manager.get(settings)).html).toContain('value="Acme &lt;&amp; Fils&gt;"');
    const wrong = await manager.post(`${settings}/identity`, { ...form, name: ' ', trigger: 'done-file' });
    expect(wrong.status).toBe(422);
    expect(wrong.html).toMatch(/id="wrong"[\s\S]*name="trigger"[\s\S]*value="done-file" selected/);
  });

  it('take the guard in per cent, with a comma or a point, and nothing that is no share', async () => {
    const here = await world();
    const manager = await here.signedInAs('manage');
    const set = (guardSettle: string) => manager.post(`${settings}/guard`, { guardSettle, guardRows: '29' });
    expect((await set('30,5')).status).toBe(303);
    expect(await tenantIn(here)).toMatchObject({ guardSettle: 0.305, guardRows: 0.29 });
    expect((await manager.get(settings)).html).toMatch(/name="guardRows"[^>]*value="29"/);
    for (const text of ['101', '-1', '', 'beaucoup', '1e1', 'NaN']) {
      const wrong = await set(text);
      expect([text, wrong.status]).toEqual([text, 422]);
      expect(wrong.text).toContain('entre 0 et 100');
      expect(wrong.html).toContain(`value="${text}"`);
    }
    expect(await tenantIn(here)).toMatchObject({ guardSettle: 0.305 });
  });

  it('tell which columns are set, and change the mode alone; not where somebody was quicker', async () => {
    const here = await world();
    const manager = await here.signedInAs('manage');
    const put = (columns: object) =>
      here.ask('/v1/tenants/acme/mappings/ecritures', { method: 'PUT', body: { columns, dateOrder: 'dmy' } });
    await put({ client_code: 'N° <tiers>', amount: 7 });
    const shown = await manager.get(settings);
    expect(shown.html).toContain('N° &lt;tiers&gt;');
    expect(shown.text).toMatch(/colonne 7/);
    expect(shown.text).toMatch(/version 1/);
    const mode = (version: string) => manager.post(`${settings}/mode/ecritures`, { version, mode: 'delta' });
    expect((await mode('1')).location).toBe(`${settings}#mappings`);
    expect((await here.ask('/v1/tenants/acme/mappings/ecritures')).json).toMatchObject({
      ...{ version: 2, mode: 'delta', dateOrder: 'dmy', columns: { client_code: 'N° <tiers>', amount: 7 } },
    });
    const late = await mode('1');
    expect([late.status, /id="wrong"/.test(late.html)]).toEqual([412, true]);
    expect((await manager.post(`${settings}/mode/ecritures`, { version: '2', mode: 'whole' })).status).toBe(422);
    expect((await manager.post(`${settings}/mode/others`, { version: '0', mode: 'delta' })).status).toBe(404);
  });

  it('invite a person, whose link is shown once and works, change their role, and remove them when asked again', async () => {
    const { signedInAs, browser } = await world();
    const manager = await signedInAs('manage');
    const invited = await manager.post(`${settings}/people`, { email: ' anna@acme.example ', role: 'read' });
    const link = linkIn(invited.html);
    expect(link).toMatch(/^http:\/\/localhost\/link\/[\w-]{43}$/);
    const listed = await manager.get(settings);
    expect(listed.html).not.toContain(link.split('/').at(-1));
    expect(listed.text).toMatch(/anna@acme\.example[\s\S]*pas encore de mot de passe/);

    const anna = browser();
    const chosen = { email: 'anna@acme.example', password: 'correct horse battery' };
    expect((await anna.post(new URL(link).pathname, chosen)).location).toBe('/');
    expect((await anna.get(settings)).status).toBe(200);
    const person = new RegExp(`${settings}/people/([0-9a-f-]{36})/remove" aria-label="Retirer anna`);
    const id = person.exec(listed.html)?.[1] ?? '';
    await manager.post(`${settings}/people/role`, { email: 'anna@acme.example', role: 'manage' });
    // With other rights one signs in anew.
    expect((await anna.get(settings)).location).toContain('/sign-in');

    const asks = await manager.get(`${settings}/people/${id}/remove`);
    expect(asks.text).toContain('Retirer l’accès à anna@acme.example');
    expect((await manager.get(settings)).text).toContain('anna@acme.example');
    expect((await manager.post(`${settings}/people/${id}/remove`)).location).toBe(`${settings}#people`);
    expect((await manager.post(`${settings}/people/${id}/remove`)).status).toBe(404);
    expect((await manager.post(`${settings}/people/${id}/link`)).status).toBe(404);
    const wrong = await manager.post(`${settings}/people`, { email: 'anna', role: 'sync' });
    expect(wrong.status).toBe(422);
    expect(wrong.html).toMatch(/value="anna"[\s\S]*value="sync" selected/);
  });

  it('keep the last who manages, and say so where they were removed', async () => {
    const { signedInAs } = await world();
    const manager = await signedInAs('manage');
    const { html } = await manager.get(settings);
    const at = /href="([^"]+\/remove)" aria-label="Retirer manage@/.exec(html)?.[1] ?? '';
    const refused = await manager.post(at);
    expect([refused.status, refused.text.includes('dernière personne')]).toEqual([409, true]);
    const lower = await manager.post(`${settings}/people/role`, { email: 'manage@example.org', role: 'read' });
    expect([lower.status, lower.text.includes('dernière personne')]).toEqual([409, true]);
  });

  it('add and remove recipients, whatever stands in the address', async () => {
    const here = await world();
    const manager = await here.signedInAs('manage');
    const email = 'a+b/c%d&e=f@acme.example';
    expect((await manager.post(`${settings}/recipients`, { email, language: 'en', digest: 'yes' })).status).toBe(303);
    expect((await here.ask('/v1/tenants/acme/recipients')).json).toEqual({
      items: [{ email, language: 'en', digest: true, types: [] }],
    });
    expect((await manager.get(settings)).text).toContain('avec le résumé du jour');
    for (const wrong of ['', 'a@b@c', '../keys']) {
      const refused = await manager.post(`${settings}/recipients`, { email: wrong, language: 'fr' });
      expect([wrong, refused.status, refused.html.includes('id="wrong"')]).toEqual([wrong, 422, true]);
    }
    expect((await manager.post(`${settings}/recipients/remove`, { email })).location).toBe(`${settings}#recipients`);
    expect((await here.ask('/v1/tenants/acme/recipients')).json).toEqual({ items: [] });
  });

  it('show a webhook’s secret and a key once, what was sent, and end a key at once', async () => {
    const { signedInAs, ask, database } = await world();
    const manager = await signedInAs('manage');
    const webhook = await manager.post(`${settings}/webhooks`, { url: 'https://127.0.0.1/told' });
    expect(secretIn(webhook.html)).toMatch(/^whsec_/);
    const refused = await manager.post(`${settings}/webhooks`, { url: 'https://10.0.0.1/' });
    expect([refused.status, refused.html.includes('value="https://10.0.0.1/"')]).toEqual([422, true]);
    await database.sql`
      insert into deliveries (tenant_id, webhook_id, event_id, type, payload, state)
      select 'acme', id, 1, 'sync.held', '{}', 'failed' from webhooks`;
    const made = await manager.post(`${settings}/keys`, { name: 'ERP <1>', scope: 'read' });
    const key = secretIn(made.html);
    expect((await ask('/v1/tenants/acme', { key })).status).toBe(200);
    const listed = await manager.get(settings);
    expect(listed.html).not.toContain(secretIn(webhook.html));
    expect(listed.html).not.toContain(key);
    expect(listed.html).toContain('ERP &lt;1&gt;');
    expect(listed.text).toMatch(/synchronisation retenue[\s\S]*échec/);
    const revoke = /action="([^"]+\/revoke)"><button[^>]*aria-label="Révoquer ERP/.exec(listed.html)?.[1] ?? '';
    expect((await manager.post(revoke)).location).toBe(`${settings}#keys`);
    expect((await ask('/v1/tenants/acme', { key })).status).toBe(401);
    const remove = /action="([^"]+webhooks\/[^"]+\/remove)"/.exec(listed.html)?.[1] ?? '';
    expect((await manager.post(remove)).location).toBe(`${settings}#webhooks`);
    expect((await ask('/v1/tenants/acme/webhooks')).json).toEqual({ items: [] });
  });

  it('tell in words who did what, without what concerns other clients', async () => {
    const { signedInAs, ask } = await world();
    const [manager, operator] = [await signedInAs('manage'), await signedInAs('operator')];
    await ask('/v1/tenants/other/keys', { body: { name: 'secret of other', scope: 'read' } });
    await manager.post(`${settings}/guard`, { guardSettle: '20', guardRows: '50' });
    for (const one of [manager, operator]) {
      const { text } = await one.get(settings);
      expect(text).toMatch(/manage@example\.org[\s\S]*a changé des réglages[\s\S]*guardSettle/);
      expect(text).not.toContain('secret of other');
    }
  });

  it('let an operator suspend a client, put it live, and delete it by typing its identifier', async () => {
    const here = await world();
    const operator = await here.signedInAs('operator');
    expect((await operator.post(`${settings}/state`, { state: 'suspended' })).location).toBe(`${settings}#state`);
    expect(await tenantIn(here)).toMatchObject({ state: 'suspended' });
    await operator.post(`${settings}/state`, { state: 'live' });
    expect(await tenantIn(here)).toMatchObject({ state: 'live' });
    const wrong = await operator.post(`${settings}/delete`, { id: 'other' });
    expect([wrong.status, wrong.html.includes('value="other"')]).toEqual([422, true]);
    expect((await operator.get(`${settings}/delete`)).text).toContain('acme');
    expect((await operator.post(`${settings}/delete`, { id: ' acme ' })).location).toBe('/');
    expect((await here.ask('/v1/tenants/acme')).status).toBe(404);
    expect((await here.ask('/v1/tenants/other')).status).toBe(200);
  });
});
