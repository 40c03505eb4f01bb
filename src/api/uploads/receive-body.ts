import { ArrivageError } from '../../errors.ts';
import { receiveFile } from '../../files/receive.ts';
import { copyIn } from '../../transfer/copy-in.ts';
import type { VirtualPath } from '../../model/path.ts';
import type { Sender } from '../../transfer/depot.ts';
import { promisedSha256 } from './content-digest.ts';
import { cameWhole, type ApiContext } from '../contract/context.ts';

/**
 * Takes the body of a request in as a file, through the same transfer and commit as any other door: it resolves with
 * the upload's id once the file is durable and on record. Of what was cut nothing stays: it can only be sent anew.
 * @throws transfer_incomplete, digest_mismatch, key_refused where access is withdrawn meanwhile, and what the transfer refuses
 */
export async function receiveBody(c: ApiContext, path: VirtualPath): Promise<string> {
  const { options, tenant, caller } = c.var;
  const announced = announcedSize(c);
  const promised = promisedSha256(c.req.header('content-digest'));
  if (announced !== undefined && announced > tenant.maxFileBytes)
    throw new ArrivageError('file_too_large', { limit: tenant.maxFileBytes });
  const sender: Sender = {
    tenant,
    door: 'http',
    username: caller.name,
    ...(promised !== undefined && { sha256: promised }),
  };
  const inbound = await receiveFile(options, sender, path, { kind: 'replace' });
  const revoked = new AbortController();
  const unwatch = c.var.revocation?.watch(caller.keyId, () => revoked.abort());
  try {
    await copyIn(inbound, chunksOf(c.req.raw.body, revoked.signal), () => {
      if (!cameWhole(c) || (announced !== undefined && inbound.size !== announced))
        throw new ArrivageError('transfer_incomplete');
    });
  } finally {
    unwatch?.();
  }
  return inbound.id;
}

/** @returns undefined where the body comes in chunks, whose last one says that it is whole */
function announcedSize(c: ApiContext): number | undefined {
  const length = c.req.header('content-length');
  return length === undefined ? undefined : Number(length);
}

/** @throws transfer_incomplete where the body breaks off, key_refused where access is withdrawn meanwhile */
async function* chunksOf(body: ReadableStream<Uint8Array> | null, revoked: AbortSignal): AsyncGenerator<Uint8Array> {
  const reader = body?.getReader();
  revoked.addEventListener('abort', () => void reader?.cancel().catch(() => undefined));
  while (reader) {
    const { done, value } = await reader.read().catch((error: unknown) => {
      throw new ArrivageError('transfer_incomplete', {}, error);
    });
    if (revoked.aborted) throw new ArrivageError('key_refused');
    if (done) return;
    yield value;
  }
}
