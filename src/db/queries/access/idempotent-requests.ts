import { and, eq, isNull, lt, sql } from 'drizzle-orm';
import type { Caller } from '../../../model/api-key.ts';
import { idempotentRequests } from '../../schema/api.ts';
import type { Db } from '../../client.ts';

/** One key of one caller. */
export interface IdempotentRequest {
  caller: Pick<Caller, 'tenant' | 'keyId'>;
  idempotencyKey: string;
  /** SHA-256 of method, path and body. */
  request: Uint8Array;
}

/** What became of an earlier request with the same key. `body`: as `finishRequest` got it. */
export interface EarlierRequest {
  request: Uint8Array;
  /** Null while it is under way. */
  status: number | null;
  body: unknown;
}

const KEPT = sql`now() - interval '24 hours'`;
/** A request that is under way for this long was cut off with its process. */
const CUT_OFF = sql`now() - interval '10 minutes'`;

const rowOf = ({ caller, idempotencyKey }: Omit<IdempotentRequest, 'request'>) =>
  and(
    eq(idempotentRequests.tenantId, caller.tenant ?? ''),
    eq(idempotentRequests.keyId, caller.keyId),
    eq(idempotentRequests.idempotencyKey, idempotencyKey),
  );

/** Takes the key for this request. @returns undefined where it was free, else what it was used for */
export async function beginRequest(db: Db, given: IdempotentRequest): Promise<EarlierRequest | undefined> {
  const { caller, idempotencyKey, request } = given;
  await db.delete(idempotentRequests).where(
    and(
      rowOf(given),
      sql`(${lt(idempotentRequests.createdAt, KEPT)} or (${isNull(idempotentRequests.status)}
      and ${lt(idempotentRequests.createdAt, CUT_OFF)}))`,
    ),
  );
  const taken = await db
    .insert(idempotentRequests)
    .values({ tenantId: caller.tenant ?? '', keyId: caller.keyId, idempotencyKey, request })
    .onConflictDoNothing()
    .returning({ keyId: idempotentRequests.keyId });
  if (taken.length > 0) return undefined;
  const [earlier] = await db.select().from(idempotentRequests).where(rowOf(given));
  // Given back between the two statements: its caller may try again.
  return earlier ?? { request, status: null, body: null };
}

/** Keeps the answer for those who ask again. */
export async function finishRequest(
  db: Db,
  given: Omit<IdempotentRequest, 'request'>,
  answer: { status: number; body: unknown },
): Promise<void> {
  await db.update(idempotentRequests).set(answer).where(rowOf(given));
}

/** Gives the key back: the request did nothing. */
export async function forgetRequest(db: Db, given: Omit<IdempotentRequest, 'request'>): Promise<void> {
  await db.delete(idempotentRequests).where(rowOf(given));
}

/** Removes what is older than a day. */
export async function sweepRequests(db: Db): Promise<void> {
  await db.delete(idempotentRequests).where(lt(idempotentRequests.createdAt, KEPT));
}
