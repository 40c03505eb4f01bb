import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { expect, it, onTestFinished, vi } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { openCertificate } from '../../src/identity/certificate.ts';
import { openCli } from '../cli/cli.ts';
import { openMailServer } from '../notify/mail-server.ts';
import { until } from '../support/clients.ts';
import { addTenant, openSql, startServer } from './server-world.ts';

vi.setConfig({ testTimeout: 180_000 });

interface Message {
  headers: Record<string, string>;
  body: string;
}

/** A receiver with TLS that answers only from the second message on. */
async function openReceiver(certificate: { cert: string; key: string }) {
  const messages: Message[] = [];
  const server = createServer(certificate, (request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      messages.push({ headers: request.headers as Record<string, string>, body });
      if (messages.length > 1) response.writeHead(204).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { messages, url: `https://localhost:${(server.address() as AddressInfo).port}/` };
}

it('tells a receiver and a mail server over TLS what an upload became, though it is killed while it tells', async () => {
  const cli = await openCli();
  const certificate = await openCertificate(readConfig({ ARRIVAGE_DATA: cli.folder }), new Date());
  const receiver = await openReceiver(certificate);
  const mail = await openMailServer({ secure: true, ...certificate });
  Object.assign(cli.env, {
    ARRIVAGE_ALLOW_PRIVATE_TARGETS: '127.0.0.0/8',
    ARRIVAGE_SMTP_URL: `smtps://localhost:${mail.port}`,
    ARRIVAGE_MAIL_FROM: 'Arrivage <arrivage@example.org>',
  });
  await addTenant(cli, 'acme');
  await cli.json(['recipient', 'add', 'acme', 'marie@example.org']);
  const { id, secret } = await cli.json(['webhook', 'add', 'acme', receiver.url]);

  // An authority that nobody named is not trusted.
  const untrusted = await cli.run(['webhook', 'test', 'acme', String(id), '--json']);
  expect(untrusted.stdout).toContain('self-signed certificate');
  expect(receiver.messages).toEqual([]);
  cli.env['NODE_EXTRA_CA_CERTS'] = await cli.file('authority.pem', certificate.cert);

  const first = await startServer(cli);
  await cli.run(['import', 'acme', await cli.file('clients.csv', 'Code client;Raison sociale\r\nC1;Dupont\r\n')]);
  await until('the receiver is being told', () => receiver.messages.length === 1, 60_000);
  first.server.signal('SIGKILL');
  await first.server.ended;

  await startServer(cli);
  await until('the receiver is told again', () => receiver.messages.length === 2, 60_000);
  await until('the mail has come', () => mail.mails.length >= 1, 60_000);
  const [cut, whole] = receiver.messages;
  expect(whole?.headers['webhook-id']).toBe(cut?.headers['webhook-id']);
  expect(new Webhook(String(secret)).verify(whole?.body ?? '', whole?.headers ?? {})).toMatchObject({
    type: 'sync.completed',
    data: { tenant: 'acme', state: 'applied', datasets: { clients: { inserted: 1 } } },
  });
  const sql = openSql(cli);
  await until('nothing waits', async () => (await sql`select from deliveries where state = 'pending'`).length === 0);
  expect(await sql`select from deliveries where event_id is not null`).toHaveLength(1);
  expect(new Set(mail.mails.map(({ messageId }) => messageId)).size).toBe(1);
  expect(mail.mails[0]).toMatchObject({ to_: ['marie@example.org'], subject: 'acme : importation effectuée (n° 1)' });
});
