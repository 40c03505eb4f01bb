import { EventEmitter } from 'node:events';
import type { Arrival, Awaiting } from './model/arrival.ts';
import type { SyncState } from './model/states.ts';
import type { Progress } from './model/sync.ts';
import type { Door, TenantId } from './model/tenant.ts';

/** Facts, told in process after they became true. Whoever listens cannot change them, nor slow them down. */
interface EventMap {
  'session.opened': { tenant: TenantId; username: string; door: Door; address: string };
  'session.closed': { tenant: TenantId; username: string; door: Door; address: string };
  'login.refused': { username: string; door: Door; address: string; code: string };
  /** Before it signed in; `shed`: it was silent while others came, who need its place. */
  'connection.refused': { door: Door; address: string; code: string };
  /** `why`: what the client's offer and ours have not in common, else `broken`. */
  'ssh.handshake_failed': { address: string; why: string };
  /** A connection uses an algorithm that is offered only where an operator has opened a port to older clients. */
  'ssh.legacy': { algorithm: string };
  /** The durable moment of an upload. */
  'upload.committed': Omit<Arrival, 'modified'>;
  /** A transfer ended before its commit; what came stays as a partial of `size` bytes. */
  'transfer.aborted': Pick<Arrival, 'tenant' | 'path' | 'size' | 'door' | 'username'> & { reason: string };
  /** Before any of its bytes, by catalogue code. */
  'upload.refused': { tenant: TenantId; door: Door; code: string };
  /** A whole file was refused because the database was away: it is committed once that is back. */
  'upload.awaits': Pick<Arrival, 'tenant' | 'id' | 'path'> & { awaits: Awaiting };
  'sync.started': { tenant: TenantId; syncId: number; attempt: number };
  'sync.progress': { tenant: TenantId; syncId: number; progress: Progress };
  'sync.finished': { tenant: TenantId; syncId: number; state: SyncState; durationMs: number; rows: number };
  /** An attempt to tell a webhook; `pending`: it is tried again. */
  'delivery.attempted': { tenant: TenantId; state: 'delivered' | 'pending' | 'failed' };
  /** `pending`: it is tried again; `failed`: the mail server refuses it for good. */
  'mail.attempted': { tenant: TenantId; state: 'delivered' | 'pending' | 'failed' };
}

type EventName = keyof EventMap;

export interface Events {
  emit<N extends EventName>(name: N, fact: EventMap[N]): void;
  /** @returns what ends the listening */
  on<N extends EventName>(name: N, listener: (fact: EventMap[N]) => void): () => void;
}

/** A listener that throws is reported and keeps neither the others nor the emitter from going on. */
export function createEvents(report: (error: unknown) => void): Events {
  const emitter = new EventEmitter();
  emitter.setMaxListeners(0);
  return {
    emit: (name, fact) => void emitter.emit(name, fact),
    on: (name, listener) => {
      const guarded = (fact: Parameters<typeof listener>[0]) => {
        try {
          listener(fact);
        } catch (error) {
          report(error);
        }
      };
      emitter.on(name, guarded);
      return () => void emitter.off(name, guarded);
    },
  };
}
