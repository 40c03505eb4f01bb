import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { SSH2_VERSION } from '../../src/ssh/internals.ts';

it('reaches into the ssh2 that it was written against, and no other', () => {
  const path = createRequire(import.meta.url).resolve('ssh2/package.json');
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ version: SSH2_VERSION });
});
