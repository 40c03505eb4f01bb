import { expect, it } from 'vitest';
import { campaign } from './campaign.ts';

/** The same files each time; `npm run fuzz:meaning` takes others, and more of them. */
const seed = 2026;

it('reads what an accountant means in whatever habits a file is written, or says that it may not', async () => {
  const { right, files, failures } = await campaign(seed, 150);
  expect(
    failures.map(({ number, habits, verdict }) => ({ seed, number, habits, silent: verdict.silent.slice(0, 3) })),
  ).toEqual([]);
  // Saying it of everything would be no help.
  expect(right / files).toBeGreaterThan(0.5);
});
