import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { makeWebhookSecret, signedHeaders } from '../../src/notify/signature.ts';

it('signs what the documentation of Standard Webhooks shows, as it shows it', () => {
  const at = new Date(1_731_705_121_000);
  const body = '{"event_type":"ping","data":{"success":true}}';
  expect(signedHeaders('msg_loFOjxBNrRLzqYUf', at, body, ['whsec_plJ3nmyCDGBKInavdOK15jsl'])).toEqual({
    'webhook-id': 'msg_loFOjxBNrRLzqYUf',
    'webhook-timestamp': '1731705121',
    'webhook-signature': 'v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=',
  });
});

it('signs with each secret what a receiver reckons without any library', () => {
  const secrets = [makeWebhookSecret(), makeWebhookSecret()];
  const body = '{"note":"é « œ » 😀"}';
  const headers = signedHeaders('0f1c', new Date(1_764_000_000_999), body, secrets);
  const expected = secrets.map((secret) => {
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`0f1c.1764000000.${body}`).digest('base64')}`;
  });
  expect(headers['webhook-signature']).toBe(expected.join(' '));
});
