import { expect, it } from 'vitest';
import { attackNames, campaign } from './campaign.ts';

it('stands anything that is sent to it', { timeout: 400_000 }, async () => {
  const { wrong, inputs } = await campaign({ seed: 20261129, inputs: 1500 });
  expect(wrong).toEqual([]);
  expect(Object.keys(inputs)).toEqual(expect.arrayContaining(attackNames));
});
