import { expect, it } from 'vitest';
import { campaign } from './campaign.ts';

it('keeps its word to senders while it and its database are killed', { timeout: 900_000 }, async () => {
  const { wrong, acknowledged } = await campaign({ seed: 2026, kills: 6 });
  expect(wrong).toEqual([]);
  expect(acknowledged).toBeGreaterThan(0);
});
