import { expect, it, vi } from 'vitest';
import type { DigestFacts } from '../../src/db/queries/events/digest.ts';
import { setRecipient } from '../../src/db/queries/events/recipients.ts';
import { inTurn } from '../../src/db/queries/tenants/tenants.ts';
import { digestDay } from '../../src/notify/digest-time.ts';
import { digestLetter } from '../../src/notify/mail/digest-letter.ts';
import { letterText } from '../../src/notify/mail/letter.ts';
import { openMail } from '../../src/notify/mail/send.ts';
import { parseSmtpUrl } from '../../src/base/smtp-url.ts';
import { instantOf } from '../../src/notify/paris.ts';
import { notifyTasks } from '../../src/notify/tasks.ts';
import { openBench, type Bench } from '../sync/pipeline.ts';
import { openMailServer } from './mail-server.ts';
import { depsOver, nodeOver } from './world.ts';

const nothing: DigestFacts = {
  ...{ received: 0, syncs: {}, lines: { read: 0, inserted: 0, updated: 0, rejected: 0 } },
  ...{ held: [], failed: [], aside: [], missing: [] },
};
const november24 = {
  day: '2026-11-24',
  from: instantOf({ day: '2026-11-23', minutes: 450 }),
  to: instantOf({ day: '2026-11-24', minutes: 450 }),
};

it('is due at 07:30 in Paris, in summer as in winter, and at no other time', () => {
  expect(digestDay(new Date('2026-11-24T06:30:00Z'))).toBe('2026-11-24');
  expect(digestDay(new Date('2026-11-24T05:30:00Z'))).toBeUndefined();
  expect(digestDay(new Date('2026-07-14T05:30:00Z'))).toBe('2026-07-14');
  expect(digestDay(new Date('2026-07-14T06:30:00Z'))).toBeUndefined();
  // The day on which summer time begins, and the one on which it ends.
  expect(digestDay(new Date('2026-03-29T05:30:00Z'))).toBe('2026-03-29');
  expect(digestDay(new Date('2026-10-25T06:30:00Z'))).toBe('2026-10-25');
});

it('says nothing where nothing happened, and reminds of what waits for a decision', () => {
  expect(digestLetter('fr', 'Acme', november24, nothing)).toBeUndefined();
  const letter = digestLetter('fr', 'Acme', november24, { ...nothing, held: [12] });
  expect(letter && letterText(letter)).toContain('- Synchronisation n° 12 : suspendue, une décision est attendue.');
});

it('tells in both languages what came, was imported, failed, was put aside and is missing', () => {
  const facts: DigestFacts = {
    ...{ received: 3, syncs: { applied: 2, failed: 1 }, held: [] },
    lines: { read: 1200, inserted: 7, updated: 0, rejected: 1 },
    failed: [{ id: 9, error: { code: 'nothing_to_import', message: 'No file of this sync could be read.' } }],
    aside: [{ name: 'photo.csv', reason: { code: 'not_text', params: {} } }],
    missing: [{ dataset: 'ecritures', day: '2026-11-23' }],
  };
  const french = digestLetter('fr', 'Acme', november24, facts);
  expect(french?.subject).toBe('Acme : bilan du mardi 24 novembre 2026');
  expect(french && letterText(french)).toBe(
    [
      'Du 23 novembre 2026 à 07:30 au 24 novembre 2026 à 07:30 :\n',
      '- 3 fichiers reçus\n- 2 importations effectuées\n- 1 échec',
      `- ${new Intl.NumberFormat('fr-FR').format(1200)} lignes lues, 7 nouvelles, 1 rejetée\n`,
      'À traiter\n',
      '- Synchronisation n° 9 : échec. Aucun fichier de cette synchronisation n’a pu être lu.',
      '- Fichier photo.csv mis de côté. Ce fichier n’est ni un CSV, ni un FEC, ni un classeur Excel.',
      '- Fichier attendu non reçu le lundi 23 novembre 2026 : écritures.\n',
      'Message automatique d’arrivage pour Acme.\n',
    ].join('\n'),
  );
  const english = digestLetter('en', 'Acme', november24, facts);
  expect(english && letterText(english)).toContain(
    '- 2 imports done\n- 1 failure\n- 1,200 lines read, 7 new, 1 rejected',
  );
});

async function dayOfWork(): Promise<Bench> {
  const bench = await openBench();
  await bench.tenant('acme', { language: 'fr' });
  await bench.tenant('quiet');
  await bench.send('acme', 'clients.csv', 'Code client;Raison sociale\r\nC1;Dupont\r\n');
  await bench.send('acme', 'photo.csv', Buffer.from('89504e470d0a1a0a0000000d49484452000000', 'hex'));
  await bench.advance('acme');
  await bench.rows(`update uploads set received_at = '2026-11-23T18:00:00Z'`);
  await bench.rows(`update syncs set finished_at = '2026-11-23T18:00:00Z'`);
  for (const tenant of ['acme', 'quiet'])
    for (const [name, digest] of [
      ['digest', true],
      ['other', false],
    ] as const) {
      const recipient = {
        email: `${tenant}-${name}@example.org`,
        language: 'fr',
        types: ['sync.held'],
        digest,
      } as const;
      await inTurn(bench.database.db, tenant, (tx) =>
        setRecipient(tx, tenant, { ...recipient, types: [...recipient.types] }, 10),
      );
    }
  return bench;
}

it('goes once to each recipient who wants it, though its job runs twice and two nodes run', async () => {
  const bench = await dayOfWork();
  const server = await openMailServer();
  const smtp = parseSmtpUrl(`smtp://127.0.0.1:${server.port}`);
  const send = smtp && openMail({ smtp, from: { name: '', address: 'arrivage@example.org' } });
  const { digest } = notifyTasks(depsOver(bench.database, { send }))(new AbortController().signal);
  const slot = async (ts: string) => {
    await digest?.({ _cron: { ts } }, undefined as never);
  };
  await Promise.all([slot('2026-11-24T06:30:00.000Z'), slot('2026-11-24T06:30:00.000Z')]);
  for (let node = 0; node < 2; node++) nodeOver(bench.database, { send });
  const waiting = () =>
    bench.rows(`select 1 from graphile_worker._private_jobs j
    join graphile_worker._private_tasks t on t.id = j.task_id where t.identifier = 'mail'`);
  const done = async () => {
    expect(await waiting()).toEqual([]);
  };
  await vi.waitFor(done, { timeout: 20_000, interval: 50 });
  await slot('2026-11-24T06:30:00.000Z');
  await vi.waitFor(done, { timeout: 20_000, interval: 50 });
  expect(server.mails.map(({ to_ }) => to_)).toEqual([['acme-digest@example.org']]);
  expect(server.mails[0]?.text).toContain('2 fichiers reçus');
  expect(server.mails[0]?.text).toContain('Fichier photo.csv mis de côté');

  // The next day nothing came.
  await slot('2026-11-25T06:30:00.000Z');
  expect(await bench.rows(`select distinct digest_day::text as day from recipients where digest`)).toEqual([
    { day: '2026-11-25' },
  ]);
  await vi.waitFor(done, { timeout: 20_000, interval: 50 });
  expect(server.mails).toHaveLength(1);
});
