import { z } from '@hono/zod-openapi';
import { inEnglish } from '../../errors/reasons.ts';
import type { Db, Tx } from '../../db/client.ts';
import { findSchedule, removeSchedule, setSchedule } from '../../db/queries/tenants/schedules.ts';
import { inTurn } from '../../db/queries/tenants/tenants.ts';
import { ArrivageError } from '../../errors.ts';
import type { Schedule, Weekday } from '../../model/schedule.ts';
import { isCron, nextRun } from '../../queue/schedule.ts';
import { isTimeZone, usualZone } from '../../model/wall-clock.ts';
import { audited, createRouter, type ApiOptions, type Router } from '../contract/context.ts';
import { configured, endpoint, ifMatch, ifNoneMatch, jsonBody, notModified } from '../contract/endpoint.ts';
import { requireMatch, withEtag } from '../middleware/etag.ts';
import { moment, tenantPath } from '../contract/schemas.ts';

const slot = z.strictObject({
  days: z
    .array(z.int().min(1).max(7))
    .min(1)
    .max(7)
    .openapi({ description: 'As ISO 8601 numbers them: 1 is Monday, 7 is Sunday.' }),
  time: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
    .openapi({ example: '06:30' }),
});

const scheduleInput = z
  .strictObject({
    slots: z.array(slot).max(50).default([]),
    cron: z
      .string()
      .max(100)
      .refine(isCron, inEnglish('cron_expression'))
      .nullable()
      .default(null)
      .openapi({ description: 'Five fields, besides the slots.' }),
    timeZone: z.string().max(50).refine(isTimeZone, inEnglish('time_zone')).default(usualZone),
    enabled: z.boolean().default(true),
  })
  .openapi('ScheduleInput');

const scheduleSchema = z
  .object({
    slots: z.array(slot),
    cron: z.string().nullable(),
    timeZone: z.string(),
    enabled: z.boolean(),
    nextRun: moment.nullable(),
    lastSlot: moment.nullable().openapi({ description: 'The slot that fired last, by its planned time.' }),
  })
  .openapi('Schedule');

const tags = ['schedule'];
const path = '/tenants/{tenant}/schedule';

const read = endpoint('read', {
  method: 'get',
  path,
  tags,
  operationId: 'readSchedule',
  summary: 'Read the schedule and its next run',
  request: { params: tenantPath, headers: ifNoneMatch },
  responses: { 200: configured(scheduleSchema, 'The schedule.'), ...notModified },
});

const put = endpoint(
  'manage',
  {
    method: 'put',
    path,
    tags,
    operationId: 'putSchedule',
    summary: 'Make or replace the schedule',
    request: { params: tenantPath, headers: ifMatch.extend(ifNoneMatch.shape), body: jsonBody(scheduleInput) },
    responses: { 200: configured(scheduleSchema, 'The schedule and its next run.') },
  },
  [412],
);

const remove = endpoint(
  'manage',
  {
    method: 'delete',
    path,
    tags,
    operationId: 'deleteSchedule',
    summary: 'Remove the schedule: syncs run when somebody asks',
    request: { params: tenantPath, headers: ifMatch },
    responses: { 204: { description: 'It is gone.' } },
  },
  [412],
);

export function scheduleRoutes({ database: { db }, now }: ApiOptions): Router {
  return createRouter()
    .openapi(read, async (c) => withEtag(c, await known(db, c.var.tenant.id)))
    .openapi(put, async (c) => {
      const { id } = c.var.tenant;
      const { slots, ...rest } = c.req.valid('json');
      const schedule: Schedule = { ...rest, slots: slots.map(({ days, time }) => ({ days: days as Weekday[], time })) };
      await inTurn(db, id, async (tx) => {
        requireMatch(c, await find(tx, id));
        await setSchedule(tx, id, schedule, nextRun(schedule, new Date(now())));
        await audited(c, id, 'schedule.set', { ...schedule }, tx);
      });
      return withEtag(c, await known(db, id));
    })
    .openapi(remove, async (c) => {
      const { id } = c.var.tenant;
      await inTurn(db, id, async (tx) => {
        requireMatch(c, await known(tx, id));
        await removeSchedule(tx, id);
        await audited(c, id, 'schedule.remove', {}, tx);
      });
      return c.body(null, 204);
    });
}

async function find(db: Db | Tx, tenant: string) {
  const found = await findSchedule(db, tenant);
  if (!found) return undefined;
  const { nextRun: next, lastSlot, ...schedule } = found;
  return { ...schedule, nextRun: next?.toISOString() ?? null, lastSlot: lastSlot?.toISOString() ?? null };
}

/** @throws no_such_resource */
async function known(db: Db | Tx, tenant: string) {
  const found = await find(db, tenant);
  if (!found) throw new ArrivageError('no_such_resource');
  return found;
}
