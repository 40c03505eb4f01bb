import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { expect, it, onTestFinished } from 'vitest';
import { openCli } from './cli.ts';

/** A receiver in this process: the command line runs in another. */
async function openReceiver() {
  const received: { headers: Record<string, string>; body: string }[] = [];
  const receiver = { url: '', received, status: 204 };
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      received.push({ headers: request.headers as Record<string, string>, body });
      response.writeHead(receiver.status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  onTestFinished(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
      }),
  );
  return receiver;
}

it('adds a webhook whose secret is shown once, tries it, and shows every attempt', async () => {
  const cli = await openCli();
  const receiver = await openReceiver();
  cli.env['ARRIVAGE_ALLOW_PRIVATE_TARGETS'] = '127.0.0.0/8';
  await cli.json(['tenant', 'create', 'acme', '--name', 'Acme']);
  const added = await cli.json(['webhook', 'add', 'acme', receiver.url, '--types', 'sync.held,sync.failed']);
  const id = String(added['id']);
  expect(added).toMatchObject({ url: receiver.url, types: ['sync.held', 'sync.failed'], enabled: true });

  expect(await cli.json(['webhook', 'test', 'acme', id])).toMatchObject({ status: 204, error: null });
  const [message] = receiver.received;
  expect(new Webhook(String(added['secret'])).verify(message?.body ?? '', message?.headers ?? {})).toMatchObject({
    type: 'webhook.test',
  });
  receiver.status = 500;
  expect(await cli.run(['webhook', 'test', 'acme', id])).toMatchObject({
    code: 1,
    stderr: 'arrivage: The receiver did not take it.\n',
  });
  const deliveries = await cli.run(['webhook', 'deliveries', 'acme', id]);
  expect(deliveries.stdout).toMatch(/webhook\.test +failed\n.*HTTP 500.*\n.*webhook\.test +delivered\n.*HTTP 204/);

  await cli.json(['webhook', 'set', 'acme', id, '--disable', '--all-types']);
  const listed = await cli.run(['webhook', 'list', 'acme']);
  expect(listed.stdout).toMatch(/disabled +all +http:/);
  expect(listed.stdout).not.toContain('whsec_');
  const rotated = await cli.json(['webhook', 'rotate', 'acme', id]);
  expect(rotated['secret']).not.toBe(added['secret']);
  expect(await cli.json(['webhook', 'remove', 'acme', id])).toMatchObject({ removed: true });
  expect(await cli.json(['webhook', 'list', 'acme'])).toEqual([]);
});

it('refuses what is no webhook, and an address inside unless it is allowed', async () => {
  const cli = await openCli();
  await cli.json(['tenant', 'create', 'acme', '--name', 'Acme']);
  const inside = await cli.run(['webhook', 'add', 'acme', 'https://127.0.0.1/']);
  expect(inside).toMatchObject({ code: 1, stdout: '' });
  expect(inside.stderr).toContain('ARRIVAGE_ALLOW_PRIVATE_TARGETS');
  expect(await cli.run(['webhook', 'add', 'acme', 'http://example.org/', '--types', 'sync.started'])).toMatchObject({
    code: 2,
  });
  const nobody = '00000000-0000-4000-8000-000000000000';
  for (const command of ['test', 'remove', 'deliveries', 'rotate', 'resend'])
    expect(await cli.run(['webhook', command, 'acme', nobody])).toMatchObject({ code: 1, stdout: '' });
});

it('keeps recipients, in the language of the tenant unless it is told otherwise', async () => {
  const cli = await openCli();
  await cli.json(['tenant', 'create', 'acme', '--name', 'Acme', '--language', 'en']);
  const added = await cli.run(['recipient', 'add', 'acme', 'marie@example.org', '--digest']);
  expect(added.stdout).toContain('Mail is off');
  await cli.json(['recipient', 'add', 'acme', 'jean@example.org', '--language', 'fr', '--types', 'sync.held']);
  expect(await cli.json(['recipient', 'list', 'acme'])).toEqual([
    { email: 'jean@example.org', language: 'fr', types: ['sync.held'], digest: false },
    { email: 'marie@example.org', language: 'en', types: [], digest: true },
  ]);
  for (const email of [
    'marie',
    'a@b@c',
    'marie@example.org\r\nBcc: x@example.org',
    'Marie <marie@example.org>',
    'a,b@c.fr',
  ])
    expect(await cli.run(['recipient', 'add', 'acme', email]), email).toMatchObject({ code: 2 });
  expect(await cli.json(['recipient', 'remove', 'acme', 'marie@example.org'])).toMatchObject({ removed: true });
  expect(await cli.run(['recipient', 'remove', 'acme', 'marie@example.org'])).toMatchObject({ code: 1 });
});
