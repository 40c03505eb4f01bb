import { describe, expect, it } from 'vitest';
import { sharedDatabase } from '../support/server.ts';
import { webWorld } from './world.ts';

const database = sharedDatabase();
const ORIGIN = 'http://localhost';
const page = '/t/acme/first-file';

const ledger = 'Réf doc;Tiers;Jour compta;Mt TTC\r\nF1;C1;15/01/2026;1.200,50\r\nF2;C1;31/02/2026;80,00\r\n';

/** The clients of this file are enough; a tenant in validation, and who is signed in. */
async function world() {
  const made = await webWorld(database());
  await database().sql`update tenants set state = 'validation' where id = 'acme'`;
  type Browser = Awaited<ReturnType<typeof made.signedInAs>>;
  /** As a browser sends a form with files. */
  async function send(browser: Browser, files: readonly (readonly [name: string, text: string])[]) {
    const form = new FormData();
    for (const [name, text] of files) form.append('files', new Blob([text]), name);
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { origin: ORIGIN, host: 'localhost', cookie };
    const answer = await made.web.request(`${ORIGIN}${page}/files`, { method: 'POST', body: form, headers });
    return { status: answer.status, location: answer.headers.get('location'), html: await answer.text() };
  }
  const uploads = () => database().sql<{ id: string; path: string; state: string; size: number }[]>`
    select id, path, state, size::float8 as size from uploads where tenant_id = 'acme' order by arrival`;
  return { ...made, send, uploads };
}

/** What a form of the page would send: its fields as they are preset. */
function fieldsOf(html: string): Record<string, string> {
  const decoded = (text: string) =>
    text.replace(
      /&(?:#39|quot|lt|gt|amp);/g,
      (each) => ({ '&#39;': "'", '&quot;': '"', '&lt;': '<', '&gt;': '>' })[each] ?? '&',
    );
  const hidden = [...html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)];
  const selects = [...html.matchAll(/<select id="([^"]*)"[^>]*>(.*?)<\/select>/gs)];
  return Object.fromEntries([
    ...hidden.map(([, name = '', value = '']) => [name, decoded(value)]),
    ...selects.map(([, name = '', inside = '']) => [
      name,
      /<option value="([^"]*)"(?=[^>]* selected)/.exec(inside)?.[1] ?? '',
    ]),
  ]) as Record<string, string>;
}

const choices = { c1: 'piece_number', c2: 'client_code', c3: 'entry_date', c4: 'amount' };

describe('the first file', () => {
  it('comes by a form, several at once, each whole and under its own name, and is told by its header', async () => {
    const { signedInAs, send, uploads } = await world();
    const sender = await signedInAs('sync');
    const large = `Code client;Nom\n${'C1;Société été\n'.repeat(20_000)}`;
    const sent = await send(sender, [
      ['clients été.csv', 'Code client;Nom\nC1;Société\n'],
      ['grands clients.csv', large],
    ]);
    expect([sent.status, sent.location]).toEqual([303, page]);
    expect(await uploads()).toMatchObject([
      { path: '/clients été.csv', state: 'waiting' },
      { path: '/grands clients.csv', size: Buffer.byteLength(large) },
    ]);
    const { text } = await sender.get(page);
    expect(text).toContain('Reconnu, 2 colonnes sur 2');
    expect(text).toContain('sont lus ensemble');
  });

  it('is refused with what to do where it is too large, and the others of the form are taken', async () => {
    const { signedInAs, send, uploads } = await world();
    await database().sql`update tenants set max_file_bytes = 100000 where id = 'acme'`;
    const sender = await signedInAs('sync');
    const sent = await send(sender, [
      ['a.csv', 'x'.repeat(300_000)],
      ['clients.csv', 'Code client;Nom\nC1;S\n'],
    ]);
    expect(sent.status).toBe(413);
    expect(sent.html).toMatch(/role="alert".*a\.csv : /s);
    expect(await uploads()).toMatchObject([{ path: '/clients.csv' }]);
  });

  it('is not taken where nothing was chosen, the quota is full, the client suspended, or the role only reads', async () => {
    const { signedInAs, send, uploads } = await world();
    const sender = await signedInAs('sync');
    const reader = await signedInAs('read');
    const file = [['clients.csv', 'Code client;Nom\nC1;S\n']] as const;
    expect((await send(sender, [['', '']])).status).toBe(422);
    expect((await send(reader, file)).status).toBe(404);
    expect((await reader.get(page)).html).not.toContain('enctype');
    await database().sql`update tenants set quota_bytes = 1 where id = 'acme'`;
    expect((await send(sender, file)).status).toBe(507);
    await database().sql`update tenants set state = 'suspended' where id = 'acme'`;
    expect((await send(sender, file)).status).toBe(403);
    expect((await sender.get(page)).text).toContain('Ce client est suspendu');
    expect(await uploads()).toEqual([]);
  });

  it('of a form that breaks off is not imported; those before it are', async () => {
    const { signedInAs, web, uploads } = await world();
    const sender = await signedInAs('sync');
    const part = (name: string, text: string) =>
      `--b\r\nContent-Disposition: form-data; name="files"; filename="${name}"\r\nContent-Type: text/csv\r\n\r\n${text}`;
    const answer = await web.request(`${ORIGIN}${page}/files`, {
      method: 'POST',
      body: `${part('whole.csv', 'a;b\r\n')}\r\n${part('cut.csv', 'c;d\r\n'.repeat(50_000))}`,
      headers: {
        ...{ origin: ORIGIN, host: 'localhost', 'content-type': 'multipart/form-data; boundary=b' },
        cookie: [...sender.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      },
    });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(await uploads()).toMatchObject([{ path: '/whole.csv' }]);
  });

  it('that is empty or no table says so in its line, and the others stay usable', async () => {
    const { signedInAs, send } = await world();
    const sender = await signedInAs('sync');
    await send(sender, [
      ['vide.csv', ''],
      ['page.csv', '<!doctype html><html><body>x</body></html>'],
      ['clients.csv', 'Code client;Nom\nC1;S\n'],
    ]);
    const { text, status } = await sender.get(page);
    expect(status).toBe(200);
    expect(text).toContain('Le fichier est vide.');
    expect(text.match(/✕ Illisible/g)).toHaveLength(2);
    expect(text).toContain('Reconnu, 2 colonnes sur 2');
  });
});

describe('the columns of a file', () => {
  it('are chosen on the grid: what is missing first, then each refused cell with its reason and line', async () => {
    const { signedInAs, send, uploads, ask } = await world();
    const manager = await signedInAs('manage');
    await send(manager, [['export.csv', ledger]]);
    const [upload] = await uploads();
    const at = `${page}/columns/${upload?.id}`;
    const first = await manager.get(`${at}?dataset=ecritures`);
    expect(first.text).toContain('À choisir :');
    expect(first.text).toContain('rien n’est dit des lignes');
    const fields = fieldsOf(first.html);
    const early = await manager.post(at, { ...fields, c1: 'piece_number', act: 'save' });
    expect([early.status, early.html.includes('role="alert"')]).toEqual([422, true]);

    const seen = await manager.post(at, { ...fields, ...choices, act: 'preview' });
    expect(seen.status).toBe(200);
    expect(seen.html).toMatch(/<th scope="row">\s*3\s*<\/th>.*<div class="field-wrong">✕ [^<]+<\/div>\s*31\/02\/2026/s);
    expect(seen.text).toContain('→ 15 janv. 2026');

    const twice = await manager.post(at, { ...fields, ...choices, c3: 'amount', act: 'save' });
    expect([twice.status, twice.text.includes('est choisi deux fois : Jour compta, Mt TTC')]).toEqual([422, true]);

    const kept = await manager.post(at, { ...fields, ...choices, act: 'save' });
    expect([kept.status, kept.location]).toEqual([303, page]);
    const { json } = await ask('/v1/tenants/acme/mappings/ecritures');
    expect(json).toMatchObject({ version: 1, columns: { client_code: 'Tiers', amount: 'Mt TTC' } });
    expect((await manager.get(page)).text).toContain('Reconnu, 4 colonnes sur 4');
  });

  it('that somebody else changed meanwhile are not overwritten, and the choices stay in the form', async () => {
    const { signedInAs, send, uploads, ask } = await world();
    const manager = await signedInAs('manage');
    await send(manager, [['export.csv', ledger]]);
    const [upload] = await uploads();
    const at = `${page}/columns/${upload?.id}`;
    const fields = fieldsOf((await manager.get(`${at}?dataset=ecritures`)).html);
    await ask('/v1/tenants/acme/mappings/ecritures', { method: 'PUT', body: { mode: 'delta' } });
    const stale = await manager.post(at, { ...fields, ...choices, act: 'save' });
    expect(stale.status).toBe(412);
    expect(stale.text).toContain('rien n’a été gardé');
    expect(fieldsOf(stale.html)).toMatchObject(choices);
    expect((await ask('/v1/tenants/acme/mappings/ecritures')).json).toMatchObject({ version: 1, mode: 'delta' });
  });

  it('are shown and not chosen by who only sends; another client’s file is not there', async () => {
    const { signedInAs, send, uploads } = await world();
    const sender = await signedInAs('sync');
    const operator = await signedInAs('operator');
    await send(sender, [['export.csv', ledger]]);
    const [upload] = await uploads();
    const at = `/first-file/columns/${upload?.id}`;
    const seen = await sender.get(`/t/acme${at}`);
    expect([seen.status, seen.html.includes('id="c1"')]).toEqual([200, false]);
    expect((await sender.post(`/t/acme${at}`, { dataset: 'ecritures', act: 'save' })).status).toBe(404);
    expect((await operator.get(`/t/other${at}`)).status).toBe(404);
    expect((await operator.get('/t/acme/first-file/columns/nothing')).status).toBe(404);
  });

  it('with headers made of HTML are text', async () => {
    const { signedInAs, send, uploads } = await world();
    const manager = await signedInAs('manage');
    await send(manager, [['<b>.csv', 'Code client;<script>alert(1)</script>\nC1;<img src=x onerror=y>\n']]);
    const [upload] = await uploads();
    for (const path of [page, `${page}/columns/${upload?.id}`]) {
      const { html, status } = await manager.get(path);
      expect(status).toBe(200);
      expect(html).not.toMatch(/<script>|<img|<b>/);
    }
  });
});

describe('the trial', () => {
  async function tried() {
    const made = await world();
    const sender = await made.signedInAs('sync');
    await made.send(sender, [['clients.csv', 'Code client;Nom\nC1;S\nC2;T\n']]);
    const [upload] = await made.uploads();
    return { ...made, sender, upload: upload?.id ?? '' };
  }

  /** As the pipeline ends one. */
  async function ends(sync: number, upload: string) {
    const detail = { name: 'clients.csv', size: 30, mode: 'delta', columns: {}, warnings: [], mappingVersion: 0 };
    await database().sql`
      update syncs set state = 'dry_run', finished_at = now(), gathered_at = now() where id = ${sync}`;
    await database().sql`
      insert into sync_files (tenant_id, sync_id, file_no, upload_id, dataset, sha256, read, inserted, updated,
        unchanged, rejected, skipped, duplicate, settled, reopened, detail)
      values ('acme', ${sync}, 1, ${upload}, 'clients', 'x', 3, 2, 0, 0, 1, 0, 0, 0, 0,
        ${database().sql.json({ ...detail, quarantine: null, ignored: null, format: null, scope: null })})`;
    await database().sql`update uploads set state = 'gathered', sync_id = ${sync} where id = ${upload}`;
  }

  it('takes the files that wait and those that an earlier one took, together', async () => {
    const { sender, upload, send, uploads } = await tried();
    expect((await sender.post(`${page}/try`)).status).toBe(422);
    const first = await sender.post(`${page}/try`, { upload });
    expect(first.location).toMatch(/^\/t\/acme\/syncs\/\d+$/);
    await ends(Number(first.location?.split('/').at(-1)), upload);
    await send(sender, [['contacts.csv', 'Code client;Nom;Email\nC1;S;s@example.org\n']]);
    const second = await sender.post(`${page}/try`, { upload });
    expect(second.location).not.toBe(first.location);
    expect(await uploads()).toMatchObject([{ state: 'waiting' }, { state: 'waiting' }]);
  });

  it('shows what would be imported, and only an operator sets the client live by it', async () => {
    const { sender, upload, signedInAs, uploads, ask } = await tried();
    const operator = await signedInAs('operator');
    const made = await sender.post(`${page}/try`, { upload });
    const sync = made.location?.split('/').at(-1) ?? '';
    expect((await operator.post(`${page}/live`, { sync })).status).toBe(412);
    await ends(Number(sync), upload);

    expect((await sender.get(page)).text).toContain('Un opérateur doit passer ce client en réel');
    expect((await sender.post(`${page}/live`, { sync })).status).toBe(404);
    const { text } = await operator.get(page);
    expect(text).toContain('Valider : passer Acme en réel et importer 2 lignes, sans la ligne refusée');

    expect((await operator.post(`${page}/live`, { sync: '0' })).status).toBe(412);
    expect((await ask('/v1/tenants/acme')).json).toMatchObject({ state: 'validation' });
    expect((await operator.post(`${page}/live`, { sync })).location).toBe('/t/acme');
    expect((await ask('/v1/tenants/acme')).json).toMatchObject({ state: 'live' });
    expect(await uploads()).toMatchObject([{ state: 'waiting' }]);
    expect((await operator.post(`${page}/live`, { sync })).status).toBe(412);
  });

  it('is not overtaken by a file that came since: nothing is done, and the page says so', async () => {
    const { sender, upload, signedInAs, send, ask } = await tried();
    const operator = await signedInAs('operator');
    const sync = (await sender.post(`${page}/try`, { upload })).location?.split('/').at(-1) ?? '';
    await ends(Number(sync), upload);
    await send(sender, [['contacts.csv', 'Code client;Nom;Email\nC1;S;s@example.org\n']]);
    expect((await operator.get(page)).text).toContain('essayez d’abord de nouveau');
    const stale = await operator.post(`${page}/live`, { sync });
    expect([stale.status, stale.text.includes('rien n’a été changé')]).toEqual([412, true]);
    expect((await ask('/v1/tenants/acme')).json).toMatchObject({ state: 'validation' });
  });
});
