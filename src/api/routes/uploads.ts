import { z } from '@hono/zod-openapi';
import { spoken } from '../../admin/wording.ts';
import { findUpload, pageOfUploads, type UploadRow } from '../../db/queries/uploads/uploads.ts';
import { ArrivageError, because, verbatim } from '../../errors.ts';
import type { Language } from '../../model/tenant.ts';
import { baseName, isTemporary, resolvePath, root } from '../../model/virtual-path.ts';
import { openSeats } from '../../base/shares.ts';
import { ifPresent } from '../../spool/failures.ts';
import type { StoredFile } from '../../spool/spool.ts';
import { byteRange, type ByteRange } from '../streams/byte-range.ts';
import { digestHeader } from '../uploads/content-digest.ts';
import { createRouter, noted, type ApiOptions, type Router } from '../contract/context.ts';
import { endpoint, json } from '../contract/endpoint.ts';
import { cutPage, pageOf, pageQuery, positionIn } from '../contract/pagination.ts';
import { uploadStates } from '../../model/states.ts';
import { receiveBody } from '../uploads/receive-body.ts';
import { moment, reason, tenantPath } from '../contract/schemas.ts';
import { streamed, type Write } from '../streams/streamed.ts';

const upload = z
  .object({
    id: z.guid(),
    path: z.string().openapi({ example: '/ecritures.csv' }),
    size: z.int(),
    sha256: z.string(),
    door: z.enum(['sftp', 'ftp', 'http', 'drop', 'pull', 'import']),
    username: z.string().nullable().openapi({ description: 'Who sent it: a username, or the name of a key.' }),
    receivedAt: moment,
    state: z.enum(uploadStates).openapi({
      description:
        '`waiting` for a sync, or taken by one (`gathered`, `done_file`); `superseded`: a later file of its name came ' +
        'first; `unrecognised`, `quarantined`: put aside; `ignored`: it lies beside the export and is none.',
    }),
    reason: reason.nullable().openapi({ description: 'Why it was put aside or ignored.' }),
    syncId: z.int().nullable().openapi({ description: 'The sync that took it.' }),
    inherited: z
      .object({ how: z.enum(['continued', 'overwritten', 'cut']), bytes: z.int() })
      .nullable()
      .openapi({
        description:
          'Of a file whose sender went on from an earlier upload of its name. `continued`: its first `bytes` bytes are ' +
          'of that one; `overwritten`: so many of them remain in it; `cut`: so many were left out behind its last byte.',
      }),
    purgedAt: moment.nullable().openapi({ description: 'Since when its bytes are gone.' }),
  })
  .openapi('Upload');
export type UploadShape = z.infer<typeof upload>;

const uploadPath = tenantPath.extend({
  upload: z
    .string()
    .openapi({ param: { in: 'path', name: 'upload' }, description: 'Its id; for PUT the file’s name.' }),
});
const tags = ['uploads'];

const list = endpoint('read', {
  method: 'get',
  path: '/tenants/{tenant}/uploads',
  tags,
  operationId: 'listUploads',
  summary: 'List the files that came, the latest first',
  request: { params: tenantPath, query: pageQuery.extend({ state: z.enum(uploadStates).optional() }) },
  responses: { 200: json(pageOf(upload), 'A page of uploads.') },
});

const read = endpoint('read', {
  method: 'get',
  path: '/tenants/{tenant}/uploads/{upload}',
  tags,
  operationId: 'readUpload',
  summary: 'Read what became of a file',
  request: { params: uploadPath },
  responses: { 200: json(upload, 'The upload.') },
});

const send = endpoint(
  'sync',
  {
    method: 'put',
    path: '/tenants/{tenant}/uploads/{upload}',
    tags,
    operationId: 'sendUpload',
    summary: 'Send a file',
    description: [
      'The body is the file as it is. 201 says that it is durable and will be imported; a body that breaks off is not.',
      'A `Content-Digest` with `sha-256` (RFC 9530) is verified before. `Content-Encoding` and forms are refused.',
    ].join('\n'),
    request: {
      params: uploadPath,
      headers: z.object({
        'Content-Digest': z.string().optional().openapi({ example: 'sha-256=:…:' }),
      }),
      body: {
        required: true,
        content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } },
      },
    },
    responses: {
      201: {
        ...json(upload, 'It is committed.'),
        headers: z.object({ location: z.string().openapi({ description: 'Of the upload.' }) }),
      },
    },
  },
  [409, 507],
);

const bytes = { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } };
const digest = z.object({ 'repr-digest': z.string().openapi({ description: 'SHA-256 of the file (RFC 9530).' }) });

const content = endpoint(
  'read',
  {
    method: 'get',
    path: '/tenants/{tenant}/uploads/{upload}/content',
    tags,
    operationId: 'readUploadContent',
    summary: 'Get the bytes of a file back',
    request: {
      params: uploadPath,
      headers: z.object({
        Range: z.string().optional().openapi({ description: 'One range (RFC 9110).', example: 'bytes=1000-' }),
      }),
    },
    responses: {
      200: { description: 'The file as it came.', headers: digest, content: bytes },
      206: { description: 'The part of it that Range names.', headers: digest, content: bytes },
    },
  },
  [416],
);

export function uploadRoutes({ database, spool }: ApiOptions): Router {
  const { db } = database;
  const seats = openSeats({ perOwner: 10, inAll: 100 });

  async function known(tenant: string, id: string): Promise<UploadRow> {
    const row = z.guid().safeParse(id).success ? await findUpload(db, tenant, id) : undefined;
    if (!row) throw new ArrivageError('no_such_resource');
    return row;
  }

  return createRouter()
    .openapi(list, async (c) => {
      const { limit, cursor, state } = c.req.valid('query');
      const after = positionIn(cursor, z.tuple([z.string().regex(/^[\d:. +-]{19,40}$/), z.guid()]));
      const rows = await pageOfUploads(db, c.var.tenant.id, { state, after, limit: limit + 1 });
      const { items, next } = cutPage(rows, limit, ({ position }) => position);
      return c.json({ items: items.map((row) => shown(row.upload, c.var.language)), next }, 200);
    })
    .openapi(read, async (c) => {
      const row = await known(c.var.tenant.id, c.req.valid('param').upload);
      return c.json(shown(row, c.var.language), 200);
    })
    .openapi(send, async (c) => {
      const { tenant } = c.var;
      // A form is a file within lines of its own, which would be read as lines of the file.
      const isForm = /^multipart\//i.test(c.req.header('content-type') ?? '');
      if (isForm || c.req.header('content-encoding') !== undefined) throw new ArrivageError('unsupported_media_type');
      // RFC 9110, section 14.5: a server that takes no part of a file must not take it for the whole.
      if (c.req.header('content-range') !== undefined)
        throw new ArrivageError('bad_request', { why: verbatim('Content-Range') });
      if (tenant.state === 'suspended') throw new ArrivageError('tenant_suspended');
      const path = resolvePath(root, c.req.valid('param').upload);
      if (isTemporary(path)) throw new ArrivageError('path_refused', { why: because('temporary_name') });
      const row = await known(tenant.id, await receiveBody(c, path));
      c.header('location', `/v1/tenants/${tenant.id}/uploads/${row.id}`);
      return c.json(shown(row, c.var.language), 201);
    })
    .openapi(content, async (c) => {
      const { tenant } = c.var;
      const row = await known(tenant.id, c.req.valid('param').upload);
      // The bytes of an upload never change: whatever an If-Range names, they are still those.
      const range = byteRange(c.req.header('range'), row.size);
      const file = row.purgedAt ? undefined : await ifPresent(spool.committed.open(tenant.id, row.id));
      if (!file) throw new ArrivageError('no_such_resource');
      const { from, to } = range ?? { from: 0, to: row.size - 1 };
      c.header('content-disposition', attachment(baseName(row.path)));
      c.header('accept-ranges', 'bytes');
      c.header('content-length', String(to + 1 - from));
      c.header('repr-digest', digestHeader(row.sha256));
      if (range) c.header('content-range', `bytes ${from}-${to}/${row.size}`);
      await noted(c, tenant.id, 'upload.read', { upload: row.id, path: row.path });
      const send = (write: Write) => sendFile(file, { from, to }, write);
      return streamed(c, 'application/octet-stream', send, { seats, status: range ? 206 : 200 });
    });
}

function shown(row: UploadRow, language: Language): z.infer<typeof upload> {
  const { id, path, size, sha256, door, username, receivedAt, state, reason, syncId, inherited, purgedAt } = row;
  return {
    ...{ id, path, size, sha256, door, username, state, syncId },
    receivedAt: receivedAt.toISOString(),
    reason: reason && spoken(language).reason(reason),
    inherited,
    purgedAt: purgedAt?.toISOString() ?? null,
  };
}

const PIECE = 256 * 1024;

async function sendFile(file: StoredFile, { from, to }: ByteRange, write: Write): Promise<void> {
  try {
    for (let at = from; at <= to;) {
      const piece = Buffer.allocUnsafe(Math.min(PIECE, to + 1 - at));
      const read = await file.read(piece, at);
      if (read === 0) throw new Error('the file is shorter than its record says');
      await write(piece.subarray(0, read));
      at += read;
    }
  } finally {
    await file.close();
  }
}

/** RFC 6266: a plain name for old readers, the true one for all others. */
function attachment(name: string): string {
  const plain = name.replace(/[^\w.-]/g, '_');
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (each) => `%${each.charCodeAt(0).toString(16)}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
