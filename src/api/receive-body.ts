import { createHash } from 'node:crypto';
import { ArrivageError } from '../errors.ts';
import type { Events } from '../events.ts';
import { receiveFile } from '../files/receive.ts';
import type { Inbound } from '../files/view.ts';
import type { VirtualPath } from '../model/path.ts';
import type { Depot } from '../transfer/depot.ts';
import { promisedSha256 } from './content-digest.ts';
import { cameWhole, type ApiContext } from './context.ts';

/**
 * Takes the body of a request in as a file, through the same transfer and commit as any other door: it resolves with
 * the upload's id once the file is durable and on record. What was cut stays a partial, and is never imported.
 * @throws transfer_incomplete, digest_mismatch, and what the transfer refuses
 */
export async function receiveBody(c: ApiContext, path: VirtualPath): Promise<string> {
  const { options, tenant, caller } = c.var;
  const announced = announcedSize(c);
  const promised = promisedSha256(c.req.header('content-digest'));
  if (announced !== undefined && announced > tenant.maxFileBytes)
    throw new ArrivageError('file_too_large', { limit: tenant.maxFileBytes });
  let uploadId: string | undefined;
  const emit: Events['emit'] = (name, fact) => {
    if (name === 'upload.committed') uploadId = (fact as { id: string }).id;
    options.events.emit(name, fact);
  };
  const depot: Depot = { ...options, events: { emit } };
  const sender = { tenant, door: 'http', username: caller.name } as const;
  const inbound = await receiveFile(depot, sender, path, { kind: 'replace' });
  try {
    const sha256 = await copyInto(inbound, c.req.raw.body, promised !== undefined);
    if (!cameWhole(c) || (announced !== undefined && inbound.size !== announced))
      throw new ArrivageError('transfer_incomplete');
    if (sha256 !== promised) throw new ArrivageError('digest_mismatch');
    await inbound.commit();
  } catch (error) {
    await inbound.abandon(error instanceof Error ? error.message : String(error));
    throw error;
  }
  if (uploadId === undefined) throw new Error(`${path} was committed as no upload`);
  return uploadId;
}

/** @returns undefined where the body comes in chunks, whose last one says that it is whole */
function announcedSize(c: ApiContext): number | undefined {
  const length = c.req.header('content-length');
  return length === undefined ? undefined : Number(length);
}

/** @returns the SHA-256 of what came, where it is wanted @throws transfer_incomplete where the body breaks off */
async function copyInto(
  inbound: Inbound,
  body: ReadableStream<Uint8Array> | null,
  wanted: boolean,
): Promise<string | undefined> {
  const hash = wanted ? createHash('sha256') : undefined;
  const reader = body?.getReader();
  while (reader) {
    const { done, value } = await reader.read().catch((error: unknown) => {
      throw new ArrivageError('transfer_incomplete', {}, error);
    });
    if (done) break;
    hash?.update(value);
    await inbound.write(value);
  }
  return hash?.digest('hex');
}
