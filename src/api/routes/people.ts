import { z } from '@hono/zod-openapi';
import {
  createOperator,
  personView,
  removeMember,
  removeOperator,
  resetPassword,
  setMember,
} from '../../admin/people.ts';
import { isMailAddress } from '../../base/mail-address.ts';
import { listOperators as operatorsOf, peopleOf } from '../../db/queries/access/people.ts';
import { roles } from '../../model/person.ts';
import { adminOf, createRouter, type ApiContext, type ApiOptions, type Router } from '../contract/context.ts';
import { endpoint, json, jsonBody } from '../contract/endpoint.ts';
import { language, moment, tenantPath } from '../contract/schemas.ts';

const email = z.string().max(254).refine(isMailAddress, 'name@domain').openapi({ example: 'anna@acme.example' });
const role = z.enum(roles).openapi({ description: 'As a key of that scope; each includes those before it.' });

const personSchema = z
  .object({
    id: z.uuid(),
    email: z.string(),
    language,
    isOperator: z.boolean().openapi({ description: 'Reaches every tenant, and the server.' }),
    hasPassword: z.boolean().openapi({ description: 'False until whoever was invited has chosen one.' }),
    createdAt: moment,
    createdBy: z.string(),
    lastSignInAt: moment.nullable(),
  })
  .openapi('Person');
export type PersonShape = z.infer<typeof personSchema>;

const memberSchema = personSchema.extend({ role }).openapi('Member');
export type MemberShape = z.infer<typeof memberSchema>;

const linkSchema = z
  .object({
    path: z.string().openapi({ description: 'On which it works, once. Shown only now.', example: '/link/…' }),
    expiresAt: moment,
  })
  .openapi('PasswordLink');
export type LinkShape = z.infer<typeof linkSchema>;

const link = linkSchema.nullable().openapi({ description: 'Null for whoever has a password, or is to be asked.' });
const newMember = memberSchema.extend({ link }).openapi('NewMember');
const newOperator = personSchema.extend({ link }).openapi('NewOperator');

const tags = ['people'];
const personPath = z.object({ person: z.uuid() });
const wanted = { email, language: language.optional().openapi({ description: 'By default the tenant’s.' }) };

const list = endpoint('manage', {
  method: 'get',
  path: '/tenants/{tenant}/people',
  tags,
  operationId: 'listPeople',
  summary: 'List who is let in for a tenant',
  request: { params: tenantPath },
  responses: { 200: json(z.object({ items: z.array(memberSchema) }), 'The people, by address.') },
});

const set = endpoint('manage', {
  method: 'post',
  path: '/tenants/{tenant}/people',
  tags,
  operationId: 'setPerson',
  summary: 'Let somebody in for a tenant, or change what they may do there',
  description: [
    'Another role signs them out.',
    'Whoever has no password yet gets a link to choose one, which takes the place of those before it;',
    'of somebody who reaches other tenants only the operator gets it, and only the operator lets them in.',
  ].join(' '),
  request: { params: tenantPath, body: jsonBody(z.strictObject({ ...wanted, role })) },
  responses: { 201: json(newMember, 'The person, and the link, shown only now.') },
});

const remove = endpoint(
  'manage',
  {
    method: 'delete',
    path: '/tenants/{tenant}/people/{person}',
    tags,
    operationId: 'removePerson',
    summary: 'Let somebody no longer in for a tenant',
    description: 'They are signed out at once; who is let in nowhere is forgotten. The last who manages stays.',
    request: { params: tenantPath.extend(personPath.shape) },
    responses: { 204: { description: 'They are not let in any more.' } },
  },
  [409],
);

const reset = endpoint('operator', {
  method: 'post',
  path: '/people/{person}/password-link',
  tags,
  operationId: 'makePasswordLink',
  summary: 'Make a link by which somebody chooses a new password; it is shown once',
  request: { params: personPath },
  responses: { 201: json(linkSchema, 'The link, shown only now. It takes the place of those before it.') },
});

const listOperators = endpoint('operator', {
  method: 'get',
  path: '/operators',
  tags,
  operationId: 'listOperators',
  summary: 'List the people who reach every tenant',
  responses: { 200: json(z.object({ items: z.array(personSchema) }), 'The operators, by address.') },
});

const addOperator = endpoint('operator', {
  method: 'post',
  path: '/operators',
  tags,
  operationId: 'createOperator',
  summary: 'Make an operator',
  description: 'Nobody whose address is known already: they would get all rights by a password of theirs.',
  request: {
    body: jsonBody(
      z.strictObject({ email, language: language.optional().openapi({ description: 'By default the server’s.' }) }),
    ),
  },
  responses: { 201: json(newOperator, 'The operator, and the link, shown only now.') },
});

const endOperator = endpoint(
  'operator',
  {
    method: 'delete',
    path: '/operators/{person}',
    tags,
    operationId: 'removeOperator',
    summary: 'Remove an operator',
    description: 'They are signed out at once. The last one stays.',
    request: { params: personPath },
    responses: { 204: { description: 'They are gone.' } },
  },
  [409],
);

export function peopleRoutes({ database: { db }, language: ofServer }: ApiOptions): Router {
  return createRouter()
    .openapi(list, async (c) => c.json({ items: (await peopleOf(db, c.var.tenant.id)).map(personView) }, 200))
    .openapi(set, async (c) => {
      const { id, language: ofTenant } = c.var.tenant;
      const { language: chosen = ofTenant, ...asked } = c.req.valid('json');
      const request = { ...asked, language: chosen, asOperator: isOperator(c) };
      const made = await setMember(adminOf(c), id, request);
      return c.json({ ...personView(made.member), link: made.link ?? null }, 201);
    })
    .openapi(remove, async (c) => {
      const { tenant, person } = c.req.valid('param');
      await removeMember(adminOf(c), tenant, person, { asOperator: isOperator(c) });
      return c.body(null, 204);
    })
    .openapi(reset, async (c) => c.json(await resetPassword(adminOf(c), c.req.valid('param').person), 201))
    .openapi(listOperators, async (c) => c.json({ items: (await operatorsOf(db)).map(personView) }, 200))
    .openapi(addOperator, async (c) => {
      const { email: of, language: chosen = ofServer } = c.req.valid('json');
      const made = await createOperator(adminOf(c), { email: of, language: chosen });
      return c.json({ ...personView(made.person), link: made.link ?? null }, 201);
    })
    .openapi(endOperator, async (c) => {
      await removeOperator(adminOf(c), c.req.valid('param').person);
      return c.body(null, 204);
    });
}

const isOperator = (c: ApiContext): boolean => c.var.caller.tenant === null;
