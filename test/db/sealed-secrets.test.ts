import { randomBytes, randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { idempotentRequests } from '../../src/db/schema/api.ts';
import { connectors } from '../../src/db/schema/pull.ts';
import { webhooks } from '../../src/db/schema/notify.ts';
import { beforeSealing, resealSecrets, whileNobodySeals } from '../../src/db/queries/access/sealed-secrets.ts';
import { createTenant } from '../../src/db/queries/tenants/tenants.ts';
import { createKeyring, type Keyring } from '../../src/secrets/keyring.ts';
import { keyIdOf } from '../../src/secrets/seal.ts';
import { until } from '../support/clients.ts';
import { testDatabase } from '../support/database.ts';

const keys = { old: { id: 'old', key: randomBytes(32) }, made: { id: 'made', key: randomBytes(32) } };
const old = createKeyring([keys.old]);
const both = createKeyring([keys.made, keys.old]);
const alone = createKeyring([keys.made]);

const connector = (ring: Keyring) => ({
  ...{ tenantId: 'acme', protocol: 'sftp' as const, host: 'files.example', port: 22, username: 'acme', files: {} },
  sealedPassword: ring.seal('password', 'connector/acme/password'),
  sealedPrivateKey: ring.seal('key', 'connector/acme/private-key'),
  sealedPassphrase: ring.seal('phrase', 'connector/acme/passphrase'),
});

test('a rotation seals every secret again where it belongs: connectors, webhooks and kept answers', async () => {
  const database = await testDatabase();
  await createTenant(database.db, { id: 'acme', name: 'Acme' });
  const [id, keyId] = [randomUUID(), randomUUID()];
  const context = `webhook/acme/${id}`;
  const answer = `idempotent/${keyId}/k1`;
  await database.db.insert(connectors).values(connector(old));
  await database.db.insert(webhooks).values({
    ...{ tenantId: 'acme', id, url: 'https://hook.example', types: [] },
    ...{ sealedSecret: old.seal('whsec_a', context), sealedPreviousSecret: old.seal('whsec_b', context) },
  });
  await database.db.insert(idempotentRequests).values({
    ...{ tenantId: 'acme', keyId, idempotencyKey: 'k1', request: randomBytes(32), status: 201 },
    body: old.seal('{"key":"shown once"}', answer),
  });

  const count = await whileNobodySeals(database, (tx) =>
    resealSecrets(tx, (sealed, belongs) => both.seal(both.open(sealed, belongs), belongs)),
  );
  expect(count).toBe(6);
  const [stored] = await database.db.select().from(connectors);
  expect(alone.open(stored?.sealedPassword ?? '', 'connector/acme/password')).toBe('password');
  expect(alone.open(stored?.sealedPrivateKey ?? '', 'connector/acme/private-key')).toBe('key');
  expect(alone.open(stored?.sealedPassphrase ?? '', 'connector/acme/passphrase')).toBe('phrase');
  const [hook] = await database.db.select().from(webhooks);
  expect(alone.open(hook?.sealedSecret ?? '', context)).toBe('whsec_a');
  expect(alone.open(hook?.sealedPreviousSecret ?? '', context)).toBe('whsec_b');
  const [kept] = await database.db.select().from(idempotentRequests);
  expect(alone.open(String(kept?.body), answer)).toBe('{"key":"shown once"}');
});

test('a secret that is being stored while a rotation begins is rotated too', async () => {
  const database = await testDatabase();
  await createTenant(database.db, { id: 'acme', name: 'Acme' });
  let rotation: Promise<number> | undefined;
  await database.db.transaction(async (tx) => {
    await beforeSealing(tx);
    const row = connector(old);
    rotation = whileNobodySeals(database, (other) =>
      resealSecrets(other, (sealed, belongs) => both.seal(both.open(sealed, belongs), belongs)),
    );
    await until('the rotation waits', async () => {
      const waiting = await database.sql`select 1 from pg_locks where locktype = 'advisory' and not granted`;
      return waiting.length > 0;
    });
    await tx.insert(connectors).values(row);
  });
  expect(await rotation).toBe(3);
  const [stored] = await database.db.select().from(connectors);
  expect(keyIdOf(stored?.sealedPassword ?? '')).toBe('made');
});

test('a secret that does not open leaves all of them as they were', async () => {
  const database = await testDatabase();
  await createTenant(database.db, { id: 'acme', name: 'Acme' });
  const stranger = createKeyring([{ id: 'stranger', key: randomBytes(32) }]);
  const given = { ...connector(old), sealedPassphrase: stranger.seal('phrase', 'connector/acme/passphrase') };
  await database.db.insert(connectors).values(given);
  const rotation = whileNobodySeals(database, (tx) =>
    resealSecrets(tx, (sealed, belongs) => both.seal(both.open(sealed, belongs), belongs)),
  );
  await expect(rotation).rejects.toThrow('stranger');
  expect(await database.db.select().from(connectors)).toMatchObject([given]);
});
