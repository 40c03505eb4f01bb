import { describe, expect, it } from 'vitest';
import { randomUUID } from 'node:crypto';
import type { VirtualPath } from '../../src/model/path.ts';
import { openMemorySpool } from '../../src/spool/memory.ts';
import { spoolContract } from '../contract/spool.ts';

spoolContract('the memory spool', () => Promise.resolve({ spool: openMemorySpool(), stop: () => Promise.resolve() }));

describe('the memory spool', () => {
  it('is full when a test wants it full', async () => {
    const file = await openMemorySpool(10).partials.create('acme', { id: randomUUID(), path: '/a.csv' as VirtualPath });
    await file.write(Buffer.alloc(10), 0);
    await expect(file.write(Buffer.alloc(1), 10)).rejects.toMatchObject({ code: 'disk_full' });
  });
});
