import { randomBytes } from 'node:crypto';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Db } from '../db/client.ts';
import { addCredential } from '../db/queries/access/credentials.ts';
import { createTenant } from '../db/queries/tenants/tenants.ts';
import { fingerprintOf } from '../identity/host-keys.ts';
import { makeKeyPair } from '../identity/key-pair.ts';
import type { Dataset } from '../model/dataset.ts';
import { hashPassword } from '../auth/password.ts';

/** A tenant of the demonstration and how its export job signs in: by password, or by the key in `keyFile`. */
export interface DemoTenant {
  id: string;
  password: string;
  keyFile: string;
}

/** A live tenant whose username is its id. */
export async function makeTenant(db: Db, id: string, expected: Dataset[], folder: string): Promise<DemoTenant> {
  const password = randomBytes(12).toString('hex');
  const keyFile = join(folder, `${id}.key`);
  const pair = makeKeyPair();
  await writeFile(keyFile, pair.private, { mode: 0o600 });
  await chmod(keyFile, 0o600);
  const publicKey = Buffer.from(pair.public.split(' ')[1] ?? '', 'base64');
  const multiContact = expected.includes('contacts');
  await createTenant(db, { id, name: `Démonstration (${id})`, state: 'live', expected, multiContact });
  const credential = { tenantId: id, username: id, passwordHash: await hashPassword(password) };
  await addCredential(db, { ...credential, allowCleartextFtp: false, ipRanges: [] }, [
    { publicKey, fingerprint: fingerprintOf(publicKey), comment: 'demo' },
  ]);
  return { id, password, keyFile };
}
