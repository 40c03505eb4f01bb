import { Registry } from 'prom-client';
import { expect, it, vi } from 'vitest';
import type { Certificate } from '../../src/identity/certificate.ts';
import { type Log, openLog } from '../../src/log.ts';
import { look, watchCertificate } from '../../src/main/certificate-watch.ts';

const DAY = 86_400_000;
const certificate = (days: number, isOwn: boolean): Certificate => ({
  ...{ cert: '', key: '', fingerprint: 'AA', isOwn },
  validTo: new Date(days * DAY),
});

async function lookAt(days: number, isOwn: boolean) {
  const [warn, error] = [vi.fn(), vi.fn()];
  const reload = vi.fn(() => Promise.resolve(certificate(825, true)));
  const identity = { certificate: () => certificate(days, isOwn), reload };
  await look({ identity, log: { warn, error } as unknown as Log, now: () => 0 });
  return { warned: warn.mock.calls.length, failed: error.mock.calls.length, renewed: reload.mock.calls.length };
}

it('warns from 30 days before a certificate expires', async () => {
  expect(await lookAt(30, false)).toEqual({ warned: 0, failed: 0, renewed: 0 });
  expect(await lookAt(29, false)).toEqual({ warned: 1, failed: 0, renewed: 0 });
  expect(await lookAt(-1, false)).toEqual({ warned: 0, failed: 1, renewed: 0 });
});

it('makes one of our own again once it has expired', async () => {
  expect(await lookAt(3, true)).toEqual({ warned: 0, failed: 0, renewed: 0 });
  expect(await lookAt(-1, true)).toMatchObject({ failed: 0, renewed: 1 });
});

it('shows in the metrics until when the certificate is valid', async () => {
  const registry = new Registry();
  const identity = { certificate: () => certificate(90, true), reload: () => Promise.reject(new Error('unused')) };
  const watch = watchCertificate({ identity, registry, log: openLog('silent'), now: () => 0 });
  expect(await registry.metrics()).toContain(`arrivage_certificate_expires_seconds ${(90 * DAY) / 1000}`);
  watch.stop();
});
