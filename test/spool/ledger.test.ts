import { expect, it } from 'vitest';
import { openLedger } from '../../src/spool/ledger.ts';

it('counts what is written while it walks, and never less than is there', async () => {
  const walks: ((bytes: number) => void)[] = [];
  let now = 0;
  const ledger = openLedger(
    () => new Promise<number>((resolve) => walks.push(resolve)),
    () => now,
  );
  const first = ledger.usage('acme');
  // The walk has passed their place already; one of them goes again.
  ledger.add('acme', 8192);
  ledger.add('acme', -4096);
  walks.shift()?.(100);
  expect(await first).toBe(8292);
  ledger.add('acme', -8192);
  expect(await ledger.usage('acme')).toBe(100);

  now += 61_000;
  expect(await ledger.usage('acme')).toBe(100);
  ledger.add('acme', 4096);
  walks.shift()?.(200);
  await Promise.resolve();
  await Promise.resolve();
  expect(await ledger.usage('acme')).toBe(4296);
});
