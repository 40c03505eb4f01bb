import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { testDatabase } from '../support/database.ts';
import { webWorld } from './world.ts';

/** What files, names and headers may hold: tags, quotes, entities, marks that turn the direction round. */
const hostile = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onfocus='alert(1)' autofocus='",
  '</title></head><body onload=alert(1)>',
  '&lt;b&gt; &#60;i&#62;',
  '\u202Egnp.exe\u202C {{7*7}} ${7*7} `id`',
  'javascript:alert(1)',
];

/** Pages on which the names of a tenant, its files and its rows stand. */
const pages = ['/', '/t/acme', '/t/acme/syncs', '/t/acme/files', '/t/acme/data/clients', '/t/acme/connection'];

it.each(hostile)('a name such as %s is shown as text on every page', async (text) => {
  const { signedInAs, database } = await webWorld(await testDatabase());
  const { sql } = database;
  await sql`update tenants set name = ${text} where id = 'acme'`;
  await sql`insert into uploads (tenant_id, id, path, size, sha256, door, username)
    values ('acme', ${randomUUID()}, ${`/${text}.csv`}, 1, '\\x00', 'sftp', ${text})`;
  await sql`insert into clients (tenant_id, key, client_code, name, city, first_seen, last_changed)
    values ('acme', ${randomUUID()}, ${text}, ${text}, ${text}, 1, 1)`;
  const operator = await signedInAs('operator');
  for (const page of pages) {
    const { html, status } = await operator.get(page);
    expect(status, page).toBe(200);
    // Whatever comes in a tag of its own is not ours; whatever comes in a tag of ours stands in quotes.
    const tags = html.match(/<[^>]*>/g) ?? [];
    const strange = tags.filter((tag) =>
      /<(img|svg|iframe)|\son\w+=|\sautofocus|="javascript:/i.test(withoutValues(tag)),
    );
    expect(strange, page).toEqual([]);
    expect(html.match(/<script/g), page).toHaveLength(1);
  }
});

/** A tag without what stands in quotes in it. */
const withoutValues = (tag: string): string => tag.replace(/"[^"]*"/g, '""');
