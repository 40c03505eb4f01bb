import type { Connection } from 'ssh2';
import type { Events } from '../events.ts';
import { SIGNATURE_ALGORITHMS } from '../identity/user-key.ts';
import type { Log } from '../log.ts';
import type { TenantId } from '../model/tenant.ts';
import type { Exchanges } from '../ssh/key-exchange.ts';
import { sendSignatureAlgorithms } from '../ssh/messages.ts';
import { legacyAmong } from './algorithms.ts';

export interface HandshakeOptions {
  client: Connection;
  exchanges: Exchanges;
  address: string;
  /** The client's first line. */
  ident: string;
  /** Whose own port it is, if any. */
  onlyTenant: TenantId | undefined;
  events: Pick<Events, 'emit'>;
  log: Log;
}

/** What the two offers have not in common, as `/metrics` counts it; `broken`: the exchange failed after that. */
type Missing = 'kex' | 'host_key' | 'cipher' | 'mac' | 'compression' | 'broken';

const missing: readonly [RegExp, Missing][] = [
  [/no matching key exchange/i, 'kex'],
  [/no matching host key/i, 'host_key'],
  [/no matching .*cipher/i, 'cipher'],
  [/no matching .*MAC/i, 'mac'],
  [/no matching .*compression/i, 'compression'],
];

/**
 * Tells the client how its keys may sign, and the operator who still needs older algorithms, and why a client could not
 * even get to its password.
 */
export function watchHandshake(options: HandshakeOptions): void {
  const { client, exchanges, address, ident, onlyTenant, events, log } = options;
  client.once('handshake', ({ kex, serverHostKey, cs, sc }) => {
    const old = legacyAmong([kex, serverHostKey, ...new Set([cs.cipher, sc.cipher, cs.mac, sc.mac])]);
    for (const algorithm of old) events.emit('ssh.legacy', { algorithm });
    if (old.length > 0) log.info({ address, client: ident, tenant: onlyTenant, algorithms: old }, 'older ssh client');
    if (exchanges.theirs()?.kex.includes('ext-info-c')) sendSignatureAlgorithms(client, SIGNATURE_ALGORITHMS);
  });
  client.on('error', (error: Error & { level?: string }) => {
    if (error.level !== 'handshake') return;
    const why = missing.find(([pattern]) => pattern.test(error.message))?.[1] ?? 'broken';
    events.emit('ssh.handshake_failed', { address, why });
    const offers = { theirs: theirOffer(exchanges), ours: ourOffer(exchanges) };
    log.info({ address, client: ident, why: error.message, ...offers }, 'ssh key exchange failed');
  });
}

/** Names, and characters of each, logged of a client's offer of up to 35,000 bytes: they tell the client's age. */
const MOST_NAMES = 40;
const LONGEST_NAME = 64;
const shown = (names: readonly string[]): string[] =>
  names.slice(0, MOST_NAMES).map((name) => name.slice(0, LONGEST_NAME));

function theirOffer(exchanges: Exchanges) {
  const offer = exchanges.theirs();
  if (!offer) return undefined;
  const { kex, hostKey, cipherIn, macIn, compressIn } = offer;
  return {
    kex: shown(kex),
    hostKey: shown(hostKey),
    cipher: shown(cipherIn),
    mac: shown(macIn),
    compression: shown(compressIn),
  };
}

function ourOffer({ ours: { kex, serverHostKey, cs } }: Exchanges) {
  return { kex, hostKey: serverHostKey, cipher: cs.cipher, mac: cs.mac, compression: cs.compress };
}
