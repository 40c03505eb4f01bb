import { expect, it } from 'vitest';
import { hasSshd, hasVsftpd } from '../../bench/peers.ts';
import { campaign, scenarioNames } from './campaign.ts';

const peers = [hasSshd, hasVsftpd];

it.each(scenarioNames.filter((_, i) => peers[i] ?? true))('fails nobody: %s', { timeout: 300_000 }, async (only) => {
  const { wrong, figures } = await campaign({ share: 0.02, seed: 20261129, rounds: 1, only });
  expect(wrong).toEqual([]);
  expect(figures).not.toEqual([]);
});
