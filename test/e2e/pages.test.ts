import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openCli } from '../cli/cli.ts';
import { installed } from '../support/clients.ts';
import { openWorkplace, sftp } from '../support/openssh.ts';
import { checkAccess, openBrowser } from './browser.ts';
import { startServer } from './server-world.ts';

const day = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
const clients = 'Code client;Raison sociale\nC1;Société <b>Un</b> & Cie\nC2;Deux\n';
const entries = (count: number) =>
  `Code client;N° pièce;Date écriture;Échéance;Montant\n${Array.from({ length: count }, (_, i) => `C${(i % 2) + 1};F${i};${day(60)};${day(30)};${100 + i},50\n`).join('')}C9;F-X;${day(60)};${day(30)};1,00\n`;

describe.skipIf(!installed('chromium'))('somebody with a browser', () => {
  it('gets from the first start to a decided snapshot', async () => {
    const cli = await openCli();
    const { server, ports } = await startServer(cli);
    const { firstOperator } = (await server.event('started')) as { firstOperator: { url: string } };
    const origin = `http://127.0.0.1:${ports.http}`;
    const page = await openBrowser(origin);

    await page.goto(origin);
    await checkAccess(page, 'sign-in');
    await page.goto(firstOperator.url);
    await checkAccess(page, 'first-operator');
    await page.fill('#email', 'anna@example.org');
    await page.fill('#password', 'correct horse battery');
    await page.click('main button');
    await page.waitForURL(`${origin}/`);
    await checkAccess(page, 'clients-empty');

    await page.click('main .empty a');
    await page.fill('#name', 'Acme & Fils');
    await page.fill('#id', 'acme');
    await checkAccess(page, 'client-new');
    await page.click('main button');
    await page.waitForURL(`${origin}/t/acme`);
    await checkAccess(page, 'today-empty');
    await cli.json(['tenant', 'set', 'acme', '--live', '--trigger', 'each']);

    await page.click('main .empty a');
    await checkAccess(page, 'connection');
    await page.click('form.box button');
    const password = (await page.textContent('#password'))?.trim() ?? '';
    await checkAccess(page, 'password');

    // What arrives is seen without a reload.
    await page.goto(`${origin}/t/acme`);
    const client = await openWorkplace();
    onTestFinished(() => client.remove());
    const put = async (name: string, text: string) => {
      await client.write(name, text);
      const sent = await sftp(client, [`put ${name}`], { port: ports.sftp, user: 'acme-export', as: { password } });
      expect(sent.code, sent.stderr).toBe(0);
    };
    await put('clients.csv', clients);
    await page.waitForSelector('text=/clients.csv', { timeout: 30_000 });
    await put('ecritures.csv', entries(40));
    await rowOf(page, 2, 'Appliquée');
    await checkAccess(page, 'today');

    await page.goto(`${origin}/t/acme/syncs/2`);
    await page.waitForSelector('text=Refusées (1)');
    await checkAccess(page, 'sync');
    await page.goto(`${origin}/t/acme/data/ecritures`);
    expect(await page.locator('tbody tr').count()).toBe(40);
    await checkAccess(page, 'rows');
    await page.goto(`${origin}/t/acme/data/clients`);
    expect(await page.textContent('tbody')).toContain('Société <b>Un</b> & Cie');

    // A snapshot that would settle nearly all is held; approving needs the box.
    await put('ecritures.csv', entries(2));
    await page.goto(`${origin}/t/acme`);
    await rowOf(page, 3, 'À décider');
    await page.goto(`${origin}/t/acme/syncs/3`);
    await checkAccess(page, 'held');
    await page.goto(origin);
    await page.waitForSelector('text=À décider (1)');
    await checkAccess(page, 'clients');
    await page.goto(`${origin}/t/acme/syncs/3`);
    await page.check('[name=checked]');
    await page.click('button.danger');
    await page.waitForSelector('.state:has-text("Appliquée")', { timeout: 60_000 });

    await page.click('a:has-text("Annuler cette synchronisation")');
    await checkAccess(page, 'revert');
    await page.click('button.danger');
    await page.waitForSelector('.state:has-text("Appliquée")', { timeout: 60_000 });
    await page.goto(`${origin}/t/acme/data/ecritures?status=open`);
    expect(await page.locator('tbody tr').count()).toBe(40);
    server.signal('SIGTERM');
    await server.ended;
  }, 600_000);
});

/** Until the row of a sync shows a state, which it does without a reload. */
const rowOf = (page: Page, sync: number, state: string) =>
  page.waitForSelector(`tr:has(a[data-row]:text-is("${sync}")) .state:has-text("${state}")`, { timeout: 60_000 });
