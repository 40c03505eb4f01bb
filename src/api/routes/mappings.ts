import { z } from '@hono/zod-openapi';
import { mappingInForce, setMapping, StrangeMapping } from '../../admin/mappings.ts';
import { currentMappings } from '../../db/queries/tenants/mappings.ts';
import { mappingInput } from '../../intake/mapping-input.ts';
import { delimiterForm, encodings, escapes, type Format, type FormatPins, quotes } from '../../model/format.ts';
import type { Mapping } from '../../model/mapping.ts';
import { proposeApart } from '../../reader/propose-apart.ts';
import { findingText } from '../../validate/messages.ts';
import { withBodyFile } from '../uploads/body-file.ts';
import { openSeats } from '../../base/shares.ts';
import { adminOf, createRouter, shareOf, type ApiOptions, type Router } from '../contract/context.ts';
import { configured, endpoint, ifMatch, ifNoneMatch, json, jsonBody, notModified } from '../contract/endpoint.ts';
import { matching, withEtag } from '../middleware/etag.ts';
import { InvalidRequest } from '../contract/invalid.ts';
import { dataset, given, tenantPath } from '../contract/schemas.ts';

/** A sample needs some hundred rows; a workbook is a sample only as a whole. */
const MOST_SAMPLE_BYTES = 8 << 20;

const versioned = mappingInput
  .extend({
    dataset,
    version: z.int().openapi({ description: 'Grows with each change; 0: nothing was ever set.' }),
  })
  .openapi('Mapping');
/** Made again here: a schema that is older than zod's extension for OpenAPI cannot be named in the document. */
const mappingBody = mappingInput.extend({}).openapi('MappingInput');
const onePath = tenantPath.extend({ dataset });
const tags = ['mappings'];

const list = endpoint('read', {
  method: 'get',
  path: '/tenants/{tenant}/mappings',
  tags,
  operationId: 'listMappings',
  summary: 'List the mappings in force',
  request: { params: tenantPath },
  responses: { 200: json(z.object({ items: z.array(versioned) }), 'At most one for each dataset.') },
});

const read = endpoint('read', {
  method: 'get',
  path: '/tenants/{tenant}/mappings/{dataset}',
  tags,
  operationId: 'readMapping',
  summary: 'Read the mapping of a dataset',
  request: { params: onePath, headers: ifNoneMatch },
  responses: { 200: configured(versioned, 'The mapping in force. What is not set is detected.'), ...notModified },
});

const put = endpoint(
  'manage',
  {
    method: 'put',
    path: '/tenants/{tenant}/mappings/{dataset}',
    tags,
    operationId: 'putMapping',
    summary: 'Put a mapping in force for the files to come',
    request: { params: onePath, headers: ifMatch, body: jsonBody(mappingBody) },
    responses: { 200: configured(versioned, 'The mapping, as a new version.') },
  },
  [412],
);

export const finding = z.object({
  line: z.int(),
  column: z.string().nullable(),
  code: z.string(),
  value: z.string().nullable(),
  message: z.string(),
});

const proposalSchema = z
  .object({
    dataset: z.enum(['clients', 'contacts', 'ecritures', 'fec']),
    mapping: mappingBody,
    unknown: z.array(z.string()).openapi({ description: 'Headers that no column takes: kept in `extra`.' }),
    missing: z.array(z.string()).openapi({ description: 'Required columns that no header fits.' }),
    entryIdCandidates: z.array(z.string()).openapi({ description: 'Headers of which one may be the entry’s id.' }),
    preview: z
      .array(z.record(z.string(), z.string().nullable()))
      .openapi({ description: 'The first rows as they would be stored.' }),
    rejections: z.array(finding),
    warnings: z.array(
      z.object({ code: z.string(), column: z.string().nullable(), count: z.int(), message: z.string() }),
    ),
    format: z.looseObject({ kind: z.enum(['csv', 'fec', 'xlsx']), header: z.array(z.string()), headerLine: z.int() }),
  })
  .openapi('MappingProposal');

const pins = z.object({
  encoding: z.enum(encodings).optional(),
  delimiter: z.string().regex(delimiterForm).optional(),
  quote: z.enum(quotes).optional(),
  escape: z.enum(escapes).optional(),
  headerLine: z.coerce.number().int().min(0).max(1_000_000).optional(),
  sheet: z.string().min(1).max(200).optional(),
});

const infer = endpoint(
  'manage',
  {
    method: 'post',
    path: '/tenants/{tenant}/mappings/infer',
    tags,
    operationId: 'inferMapping',
    summary: 'Propose a mapping from a sample file',
    description: `The body is the file: CSV, FEC or XLSX, at most ${MOST_SAMPLE_BYTES} bytes. Nothing is stored.`,
    request: {
      params: tenantPath,
      query: pins,
      body: {
        required: true,
        content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } },
      },
    },
    responses: { 200: json(proposalSchema, 'The proposal, and the first rows under it.') },
  },
  [429],
);

export function mappingRoutes({ database: { db }, now }: ApiOptions): Router {
  // Each lies on the disk until its turn has come.
  const samples = openSeats({ perOwner: 4, inAll: 40 });
  return createRouter()
    .openapi(list, async (c) => c.json({ items: await currentMappings(db, c.var.tenant.id) }, 200))
    .openapi(read, async (c) => withEtag(c, await mappingInForce(db, c.var.tenant.id, c.req.valid('param').dataset)))
    .openapi(put, async (c) => {
      // zod types what is optional as possibly undefined; JSON knows no undefined.
      const mapping = c.req.valid('json') as Mapping;
      const of = c.req.valid('param').dataset;
      return withEtag(c, await setMapping(adminOf(c), c.var.tenant.id, of, mapping, matching(c)).catch(refusedFields));
    })
    .openapi(infer, async (c) => {
      const pinned: FormatPins = given(c.req.valid('query'));
      const owner = shareOf(c.var.caller);
      const leave = samples.take(owner);
      const proposing = withBodyFile(c, MOST_SAMPLE_BYTES, (path) =>
        proposeApart(owner, { path, pins: pinned }, now()),
      );
      const proposal = await proposing.finally(leave);
      const { language } = c.var;
      const told = <T extends { code: string; column: string | null }>(each: T, value: string | null) => ({
        ...each,
        message: findingText(each.code, language, { column: each.column, value }),
      });
      return c.json(
        {
          ...proposal,
          // What is absent is typed as possibly undefined; JSON knows no undefined.
          format: proposal.format as Format & z.infer<typeof proposalSchema>['format'],
          rejections: proposal.rejections.map((each) => told(each, each.value)),
          warnings: proposal.warnings.map(({ code, column, count, examples }) =>
            told({ code, column, count }, examples[0]?.value ?? null),
          ),
        },
        200,
      );
    });
}

/** @throws InvalidRequest for a strange mapping, else what it is */
export function refusedFields(error: unknown): never {
  if (!(error instanceof StrangeMapping)) throw error;
  const { strange, known, scope } = error;
  throw new InvalidRequest(
    scope >= 0
      ? [{ in: 'json', field: `scopes.${scope}`, message: 'company or whole' }]
      : strange.map((name) => ({ in: 'json', field: `columns.${name}`, message: known.join(', ') })),
  );
}
