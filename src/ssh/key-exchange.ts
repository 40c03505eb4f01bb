import type { Client, Connection } from 'ssh2';
import { HYBRID, hybridClient, hybridServer } from './hybrid.ts';
import {
  type Exchange,
  type OfferedLists,
  type OnPayload,
  type Protocol,
  offerOf,
  protocolOf,
  setOffer,
} from './internals.ts';
import { KEXINIT, type KexInit, readKexInit, rewriteKexInit } from './kexinit.ts';

/** What the key exchanges of a connection have shown. */
export interface Exchanges {
  readonly ours: OfferedLists;
  /** What the other side offered last; undefined before its first KEXINIT. */
  theirs(): KexInit | undefined;
}

/** The method that ssh2 believes to run while ours does: the one whose hash, SHA-256, is the same. */
const STAND_IN = 'curve25519-sha256';
const WANTS_EXTENSIONS = 'ext-info-c';

/**
 * Offers a client `choose` of what the server was made with, and the hybrid before it. Only while the server's
 * 'connection' event is handled: the offer leaves right after.
 */
export function adaptServer(connection: Connection, choose: (offer: OfferedLists) => OfferedLists): Exchanges {
  const protocol = protocolOf(connection);
  const adapter = adapt(protocol, choose);
  if (protocol._decipher) protocol._decipher._onPayload = adapter.receive(protocol._decipher._onPayload);
  return adapter;
}

/** Offers a server the hybrid first. Right after `connect`: what reads the first packets is made on the server's line. */
export function adaptClient(client: Client): void {
  const protocol = protocolOf(client);
  const adapter = adapt(protocol);
  const onHeader = protocol._onHeader;
  protocol._onHeader = (header) => {
    if (protocol._decipher) protocol._decipher._onPayload = adapter.receive(protocol._decipher._onPayload);
    onHeader(header);
  };
}

/**
 * ssh2 knows a fixed set of key exchanges and has no place for another. Everything that makes a method, though, are four
 * members of the object that it makes for an exchange. So it is told of one that it knows, and the object is given our
 * members, and the KEXINIT as it came, before anything is computed.
 *
 * The same rewriting mends two faults of ssh2: it takes every guess of a client for wrong, and then waits for the
 * packet that it has dropped (Dropbear hangs); and it announces signatures by a list with a comma missing.
 */
function adapt(
  protocol: Protocol,
  choose = (offer: OfferedLists): OfferedLists => offer,
): Exchanges & { receive: (inner: OnPayload) => OnPayload } {
  const offer = choose(offerOf(protocol));
  const ours = { ...offer, kex: [HYBRID, ...offer.kex] };
  setOffer(protocol, ours);
  let theirs: KexInit | undefined;
  let cameAs: Buffer | undefined;
  let isHybrid = false;

  function understand(payload: Buffer): Buffer {
    theirs = readKexInit(payload);
    if (!theirs) return payload;
    const [first, second] = protocol._server ? [theirs.kex, ours.kex] : [ours.kex, theirs.kex];
    isHybrid = first.find((name) => second.includes(name)) === HYBRID;
    const guessedRight = theirs.kex[0] === ours.kex[0] && theirs.hostKey[0] === ours.serverHostKey[0];
    const named = isHybrid ? theirs.kex.map((name) => (name === HYBRID ? STAND_IN : name)) : theirs.kex;
    cameAs = payload;
    return rewriteKexInit(
      payload,
      named.filter((name) => name !== WANTS_EXTENSIONS),
      theirs.guesses && !guessedRight,
    );
  }

  watchExchanges(protocol, (exchange) => {
    if (cameAs) exchange._remoteKexinit = cameAs;
    if (isHybrid) becomeHybrid(exchange, protocol._server);
  });
  const receive =
    (inner: OnPayload): OnPayload =>
    (payload) =>
      inner(payload[0] === KEXINIT ? understand(payload) : payload);
  protocol._onPayload = receive(protocol._onPayload);
  return { ours, theirs: () => theirs, receive };
}

function watchExchanges(protocol: Protocol, begin: (exchange: Exchange) => void): void {
  let current = protocol._kex;
  Object.defineProperty(protocol, '_kex', {
    get: () => current,
    set(exchange: Exchange) {
      begin(exchange);
      current = exchange;
    },
  });
}

function becomeHybrid(exchange: Exchange, isServer: boolean): void {
  const party = isServer ? hybridServer() : hybridClient();
  exchange.negotiated.kex = HYBRID;
  exchange.convertPublicKey = (theirs) => theirs;
  exchange.generateKeys = () => undefined;
  exchange.getPublicKey = () => party.message();
  exchange.computeSecret = (theirs) => {
    try {
      return party.secret(theirs);
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  };
}
