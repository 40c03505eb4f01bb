import { expect, it, vi } from 'vitest';
import { campaign, kinds } from './campaign.ts';

vi.setConfig({ testTimeout: 600_000 });

/** `npm run torture` takes another each time, and more kills. */
const seed = 2026;

it('loses, doubles and mixes up nothing that it acknowledged, whatever is killed', async () => {
  const { wrong, acknowledged } = await campaign({ seed, kills: kinds.length });
  expect(wrong).toEqual([]);
  expect(acknowledged).toBeGreaterThan(0);
});
