import type { Socket } from 'node:net';
import type { Log } from '../log.ts';
import { inRanges, plainAddress } from '../base/address.ts';
import { LONGEST_HEADER, readHeader } from './header.ts';

/**
 * What a door does with a new connection: `take` is called once its client's address is known. A connection that does
 * not say it, and ought to, is cut.
 */
export type Arrivals = (socket: Socket, take: () => void) => void;

export const directly: Arrivals = (_socket, take) => take();

/** A proxy sends its header with the first packet; one that is lost comes again after a second or so. */
const HEADER_MS = 5000;

/**
 * Behind proxies: connections of their addresses begin with a PROXY header, without exception, and from then on have the
 * client's address as `remoteAddress`. Nobody else's header is read.
 * @param proxies CIDR ranges
 */
export function behindProxies(proxies: readonly string[], log: Log): Arrivals {
  if (proxies.length === 0) return directly;
  return (socket, take) => {
    const proxy = plainAddress(socket.remoteAddress ?? '');
    if (!inRanges(proxies, proxy)) {
      take();
      return;
    }
    awaitHeader(socket, take, (why) => {
      log.info({ proxy, why }, 'connection of a proxy cut: it says no client');
      socket.destroy();
    });
  };
}

function awaitHeader(socket: Socket, take: () => void, refuse: (why: string) => void): void {
  const wasPaused = socket.isPaused();
  let bytes = Buffer.alloc(0);
  const timer = setTimeout(() => end(() => refuse('no header in time')), HEADER_MS);
  const ignore = (): void => undefined;
  const onReadable = (): void => {
    const size = Math.min(socket.readableLength, LONGEST_HEADER);
    if (size === 0) return;
    // Exactly what is there: to be asked for more, a stream that has ended would say so before anybody listens.
    bytes = Buffer.concat([bytes, socket.read(size) as Buffer]);
    const header = readHeader(bytes);
    if (header.kind === 'none') end(() => refuse(header.why));
    if (header.kind !== 'whole') return;
    const rest = bytes.subarray(header.length);
    if (rest.length > 0) socket.unshift(rest);
    if (header.source !== null) Object.defineProperty(socket, 'remoteAddress', { value: plainAddress(header.source) });
    end(() => {
      if (wasPaused) socket.pause();
      take();
    });
  };
  const onClose = (): void => end(ignore);
  /** The stream is as it was before somebody listened only once this turn is over. */
  function end(next: () => void): void {
    clearTimeout(timer);
    socket.off('readable', onReadable);
    socket.off('close', onClose);
    setImmediate(() => {
      socket.off('error', ignore);
      if (!socket.destroyed) next();
    });
  }
  socket.on('error', ignore);
  socket.on('close', onClose);
  socket.on('readable', onReadable);
}
