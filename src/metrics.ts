import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Events } from './events.ts';

/** What `/metrics` tells: facts counted as they are told, and the process itself. No label grows with what clients send. */
export function createMetrics(events: Events): Registry {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  const counter = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new Counter({ name: `arrivage_${name}`, help, labelNames, registers });

  const uploads = counter('uploads_total', 'Committed uploads.', ['door']);
  const bytes = counter('upload_bytes_total', 'Bytes of committed uploads.', ['door']);
  const aborted = counter('transfers_aborted_total', 'Transfers that ended before their commit.', ['door']);
  const uploadsRefused = counter('uploads_refused_total', 'Uploads that were refused before they began, by code.', [
    'door',
    'code',
  ]);
  const refused = counter('logins_refused_total', 'Refused sign-ins, by catalogue code.', ['door', 'code']);
  const turnedAway = counter('connections_refused_total', 'Connections that got or kept no place, by catalogue code.', [
    'door',
    'code',
  ]);
  const handshakes = counter('ssh_handshakes_failed_total', 'SSH key exchanges that failed, by what was missing.', [
    'why',
  ]);
  const legacy = counter('ssh_legacy_total', 'SSH connections by older algorithms that they still need.', [
    'algorithm',
  ]);
  const syncs = counter('syncs_total', 'Finished syncs.', ['state']);
  const rows = counter('sync_rows_total', 'Rows read by finished syncs.', []);
  const deliveries = counter('webhook_attempts_total', 'Attempts to tell webhooks, by what came of them.', ['state']);
  const mails = counter('mail_attempts_total', 'Attempts to send mails, by what came of them.', ['state']);
  const open = new Gauge({ name: 'arrivage_sessions', help: 'Open sessions.', labelNames: ['door'], registers });
  const seconds = new Histogram({
    name: 'arrivage_sync_seconds',
    help: 'Duration of syncs.',
    buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800],
    registers,
  });

  events.on('session.opened', ({ door }) => open.inc({ door }));
  events.on('session.closed', ({ door }) => open.dec({ door }));
  events.on('login.refused', ({ door, code }) => refused.inc({ door, code }));
  events.on('connection.refused', ({ door, code }) => turnedAway.inc({ door, code }));
  events.on('ssh.handshake_failed', ({ why }) => handshakes.inc({ why }));
  events.on('ssh.legacy', ({ algorithm }) => legacy.inc({ algorithm }));
  events.on('transfer.aborted', ({ door }) => aborted.inc({ door }));
  events.on('upload.refused', ({ door, code }) => uploadsRefused.inc({ door, code }));
  events.on('upload.committed', ({ door, size }) => {
    uploads.inc({ door });
    bytes.inc({ door }, size);
  });
  events.on('sync.finished', (sync) => {
    syncs.inc({ state: sync.state });
    rows.inc(sync.rows);
    seconds.observe(sync.durationMs / 1000);
  });
  events.on('delivery.attempted', ({ state }) => deliveries.inc({ state }));
  events.on('mail.attempted', ({ state }) => mails.inc({ state }));
  return registry;
}
