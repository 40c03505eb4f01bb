import { z } from '@hono/zod-openapi';
import { refuseStrange } from '../../admin/mappings.ts';
import { spoken } from '../../admin/wording.ts';
import { currentMappings } from '../../db/queries/tenants/mappings.ts';
import { findUpload } from '../../db/queries/uploads/uploads.ts';
import { ArrivageError } from '../../errors.ts';
import { mappingInput } from '../../intake/mapping-input.ts';
import type { Dataset } from '../../model/dataset.ts';
import type { Format } from '../../model/format.ts';
import type { Mapping } from '../../model/mapping.ts';
import { baseName } from '../../model/virtual-path.ts';
import { previewApart } from '../../reader/propose-apart.ts';
import { findingText } from '../../validate/messages.ts';
import { createRouter, shareOf, type ApiContext, type ApiOptions, type Router } from '../contract/context.ts';
import { endpoint, json, jsonBody } from '../contract/endpoint.ts';
import { dataset, reason, tenantPath } from '../contract/schemas.ts';
import { finding, refusedFields } from './mappings.ts';

const previewSchema = z
  .object({
    uploadId: z.guid(),
    identified: z.enum(['clients', 'contacts', 'ecritures', 'fec', 'unknown']).openapi({
      description: 'What an import would take the file for, as the mappings stand.',
    }),
    dataset: z.enum(['clients', 'contacts', 'ecritures', 'fec']).openapi({ description: 'What it is read as here.' }),
    mappingVersion: z.int().openapi({ description: 'Of the mapping in force; 0: none was ever set.' }),
    columns: z.record(z.string(), z.int()).openapi({ description: 'Column → its place in the file, from 1.' }),
    missing: z.array(z.array(z.array(z.string()))).openapi({
      description: 'Required columns that no header fits: of each set one of its alternatives, whole.',
    }),
    refusal: reason.nullable().openapi({ description: 'Why the file would be put aside as a whole.' }),
    rows: z
      .array(
        z.object({
          line: z.int().openapi({ description: 'Of the file, from 1.' }),
          cells: z.array(z.string()),
          stored: z.record(z.string(), z.string().nullable()).nullable().openapi({ description: 'Null: refused.' }),
          findings: z.array(finding),
        }),
      )
      .openapi({ description: 'The first 20, and of the sample the first 20 more that would be refused.' }),
    sampled: z.int().openapi({ description: 'How many records were looked at: the first 1,000 at most.' }),
    refused: z.int().openapi({ description: 'How many of them would be refused.' }),
    warnings: z.array(
      z.object({ code: z.string(), column: z.string().nullable(), count: z.int(), message: z.string() }),
    ),
    format: z.looseObject({ kind: z.enum(['csv', 'fec', 'xlsx']), header: z.array(z.string()), headerLine: z.int() }),
  })
  .openapi('UploadPreview');
export type PreviewShape = z.infer<typeof previewSchema>;

const uploadPath = tenantPath.extend({ upload: z.guid().openapi({ param: { in: 'path', name: 'upload' } }) });
const tags = ['uploads'];
const path = '/tenants/{tenant}/uploads/{upload}/preview' as const;
const responses = { 200: json(previewSchema, 'Its first records, as they stand and as they would be stored.') };

const asItStands = endpoint('read', {
  method: 'get',
  path,
  tags,
  operationId: 'previewUpload',
  summary: 'See how a file would be imported',
  description: 'As the mappings in force say. Nothing is stored.',
  request: { params: uploadPath },
  responses,
});

const wished = endpoint('manage', {
  method: 'post',
  path,
  tags,
  operationId: 'previewUploadUnder',
  summary: 'See how a file would be imported under another mapping',
  description: 'Nothing is stored, and the mapping is not put in force.',
  request: {
    params: uploadPath,
    body: jsonBody(z.strictObject({ dataset, mapping: mappingInput.extend({}).openapi('MappingInput') })),
  },
  responses,
});

export function previewRoutes({ database: { db }, spool, now }: ApiOptions): Router {
  /** @throws no_such_resource, also for a file whose bytes are purged */
  async function previewOf(c: ApiContext, id: string, wanted?: { dataset: Dataset; mapping: Mapping }) {
    const { tenant, caller, language } = c.var;
    const upload = await findUpload(db, tenant.id, id);
    if (!upload || upload.purgedAt) throw new ArrivageError('no_such_resource');
    const mappings = await currentMappings(db, tenant.id);
    const file = { path: spool.committed.path(tenant.id, id), name: baseName(upload.path), size: upload.size };
    const found = await previewApart(shareOf(caller), { ...file, mappings, ...(wanted && { wanted }) }, now());
    const own: Dataset = found.dataset === 'fec' ? 'ecritures' : found.dataset;
    return {
      ...found,
      uploadId: id,
      mappingVersion: mappings.find((each) => each.dataset === own)?.version ?? 0,
      missing: found.missing.map((sets) => sets.map((set) => [...set])),
      refusal: found.refusal && spoken(language).reason(found.refusal),
      rows: found.rows.map((row) => ({
        ...row,
        findings: row.findings.map((each) => ({ ...each, message: findingText(each.code, language, each) })),
      })),
      warnings: found.warnings.map(({ code, column, count, examples }) => ({
        ...{ code, column, count },
        message: findingText(code, language, { column, value: examples[0]?.value ?? null }),
      })),
      // What is absent is typed as possibly undefined; JSON knows no undefined.
      format: found.format as Format & PreviewShape['format'],
    };
  }

  return createRouter()
    .openapi(asItStands, async (c) => c.json(await previewOf(c, c.req.valid('param').upload), 200))
    .openapi(wished, async (c) => {
      const { dataset: of, mapping } = c.req.valid('json') as { dataset: Dataset; mapping: Mapping };
      try {
        refuseStrange(mapping, of);
      } catch (error) {
        refusedFields(error);
      }
      return c.json(await previewOf(c, c.req.valid('param').upload, { dataset: of, mapping }), 200);
    });
}
