import type { Log } from '../log.ts';
import type { ServerChannel } from 'ssh2';
import { stateMachine } from '../base/state-machine.ts';
import { ArrivageError, because } from '../errors.ts';
import { type Scene, answer, refusal } from './answer.ts';
import type { Budget } from './budget.ts';
import { refusalFor } from './failure.ts';
import { explainedTo } from './explain.ts';
import { abandonAll } from './files.ts';
import { packetReader } from './framing.ts';
import { givePacketBack } from './packet-pool.ts';
import { MAX_DATA } from './protocol.ts';
import * as reply from './reply.ts';
import { type Request, brokenRequest, readInit, readRequest, requestId } from './request.ts';
import { channelSteps } from './states.ts';

/** Bytes of replies that a client may leave unread before we read no more from it. */
const MAX_UNREAD = 1024 * 1024;

/** The connection that carries channels. */
export interface Carrier {
  /** Shared by all of them. */
  readonly budget: Budget;
  /** Bytes that the socket holds for the client. */
  readonly unread: number;
  /** A reply is about to be written. */
  replying(): void;
  /** Something moved. */
  progress(): void;
  /** A channel can't go on: what came is no SFTP, or the connection is gone. */
  broken(error: unknown): void;
}

export interface SftpChannel {
  /** There is room again: go on with what waits. */
  pump(): void;
  /** Abandons what is open. Resolves when every request that was begun has ended. Never throws. */
  end(reason: string): Promise<void>;
}

/**
 * Speaks SFTP on one channel. READ and WRITE run beside one another, but behind what sets a size; every other request
 * waits for the one before it, as clients that don't wait for replies expect (CLOSE, then RENAME; a cut, then WRITEs).
 * What was asked of one handle is answered in the order in which it was asked.
 */
export function serveSftp(channel: ServerChannel, scene: Scene, carrier: Carrier, log: Log): SftpChannel {
  const life = stateMachine(channelSteps, 'opening');
  const packets = packetReader();
  const explain = explainedTo(channel, scene);
  const running = new Set<Promise<void>>();
  let last: Promise<unknown> = Promise.resolve();
  /** Requests under way that may change a file's size: what is read or written after them counts on it. */
  let resizing = 0;
  /** By handle, the last reply that it is owed. */
  const owed = new Map<number, Promise<Buffer>>();

  const isBlocked = (): boolean => carrier.budget.full || channel.writableLength + carrier.unread > MAX_UNREAD;
  const isReading = (): boolean => life.state === 'serving' || life.state === 'opening';
  const onBroken = (error: unknown): void => carrier.broken(error);

  function pump(): void {
    try {
      while (isReading()) {
        if (isBlocked()) return void channel.pause();
        const packet = packets.next();
        if (!packet) return void channel.resume();
        take(packet);
      }
    } catch (error) {
      onBroken(error);
    }
  }

  function take(packet: Buffer): void {
    if (life.state === 'serving') {
      serve(packet);
      return;
    }
    if (readInit(packet) === undefined) throw new ArrivageError('bad_request', { why: because('no_init_packet') });
    life.enter('serving');
    send(reply.version());
  }

  function serve(packet: Buffer): void {
    if (requestId(packet) === undefined) throw new ArrivageError('bad_request', { why: because('packet_without_id') });
    run(understand(packet), packet);
  }

  function understand(packet: Buffer): Request {
    try {
      return readRequest(packet);
    } catch (error) {
      return brokenRequest(packet, refusalFor(error, log));
    }
  }

  function refuse(id: number, error: unknown): Buffer {
    const refused = refusalFor(error, log);
    explain(refused);
    return refusal(id, refused, scene.language);
  }

  function run(request: Request, packet: Buffer): void {
    const giveBack = carrier.budget.take(request.type === 'read' ? Math.min(request.length, MAX_DATA) : packet.length);
    const work = inOrder(request, respond(request), send)
      .catch(onBroken)
      .finally(() => {
        running.delete(work);
        givePacketBack(packet);
        giveBack();
      });
    running.add(work);
  }

  async function respond(request: Request): Promise<Buffer> {
    const resizes = mayResize(request) ? 1 : 0;
    resizing += resizes;
    try {
      const isFree = isUnordered(request) && resizing === 0;
      return await (isFree ? answer(scene, request) : inTurn(() => answer(scene, request)));
    } catch (error) {
      return refuse(request.id, error);
    } finally {
      resizing -= resizes;
    }
  }

  /**
   * The identifiers of replies would allow any order, but clients count on that of their requests. Of several WRITEs
   * paramiko takes the first reply for the first one's, and waits for ever where it is not; OpenSSH's `scp` (9.2) ends
   * a download at the first reply that is not the next one's, with what came and exit code 0.
   */
  async function inOrder(request: Request, reply: Promise<Buffer>, use: (reply: Buffer) => void): Promise<void> {
    const handle = 'handle' in request ? request.handle : undefined;
    const before = handle === undefined ? undefined : owed.get(handle);
    const turn = before ? before.then(() => reply) : reply;
    if (handle !== undefined) owed.set(handle, turn);
    use(await turn);
    if (handle !== undefined && owed.get(handle) === turn) owed.delete(handle);
  }

  function inTurn(work: () => Promise<Buffer>): Promise<Buffer> {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  }

  function send(packet: Buffer): void {
    if (life.state === 'ended' || !channel.writable) return;
    carrier.replying();
    channel.write(packet, () => {
      carrier.progress();
      pump();
    });
  }

  async function end(reason: string): Promise<void> {
    life.enter('ended');
    await abandonAll(scene.handles, reason);
    await Promise.allSettled(running);
    // A request that was under way may have opened one more.
    await abandonAll(scene.handles, reason);
  }

  /** The client asks for nothing more, and waits for our end of the channel: OpenSSH's for ever. */
  async function finish(): Promise<void> {
    life.enter('finishing');
    await Promise.allSettled(running);
    await abandonAll(scene.handles, 'the client closed the channel');
    if (life.state === 'ended' || !channel.writable) return;
    channel.exit(0);
    channel.end();
  }

  channel.on('data', (chunk: Buffer) => {
    carrier.progress();
    if (!isReading()) return;
    packets.feed(chunk);
    pump();
  });
  channel.on('end', () => void finish().catch(onBroken));
  channel.on('error', (error: Error) => log.debug({ err: error }, 'sftp channel error'));
  return { pump, end };
}

function isUnordered({ type }: Request): boolean {
  return type === 'read' || type === 'write';
}

function mayResize({ type }: Request): boolean {
  return type === 'fsetstat' || type === 'setstat';
}
