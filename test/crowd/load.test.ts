import { expect, it } from 'vitest';
import { hasSshd, hasVsftpd } from '../../bench/peers.ts';
import { campaign } from './campaign.ts';

it('fails nobody, however many come at once', { timeout: 400_000 }, async () => {
  const without = [...(hasSshd ? [] : ['sftp sessions']), ...(hasVsftpd ? [] : ['ftps sessions'])];
  const { wrong, figures } = await campaign({ share: 0.02, seed: 20261129, rounds: 1, without });
  expect(wrong).toEqual([]);
  expect(figures.length).toBeGreaterThan(10);
});
