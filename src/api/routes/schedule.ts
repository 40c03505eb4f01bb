import { z } from '@hono/zod-openapi';
import { knownSchedule, removeSchedule, setSchedule } from '../../admin/schedules.ts';
import { inEnglish } from '../../errors/reasons.ts';
import type { Schedule, Weekday } from '../../model/schedule.ts';
import { isCron } from '../../queue/schedule.ts';
import { isTimeZone, usualZone } from '../../model/wall-clock.ts';
import { adminOf, createRouter, type ApiOptions, type Router } from '../contract/context.ts';
import { configured, endpoint, ifMatch, ifNoneMatch, jsonBody, notModified } from '../contract/endpoint.ts';
import { matching, withEtag } from '../middleware/etag.ts';
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

export function scheduleRoutes({ database: { db } }: ApiOptions): Router {
  return createRouter()
    .openapi(read, async (c) => withEtag(c, await knownSchedule(db, c.var.tenant.id)))
    .openapi(put, async (c) => {
      const { slots, ...rest } = c.req.valid('json');
      const schedule: Schedule = { ...rest, slots: slots.map(({ days, time }) => ({ days: days as Weekday[], time })) };
      return withEtag(c, await setSchedule(adminOf(c), c.var.tenant.id, () => schedule, matching(c)));
    })
    .openapi(remove, async (c) => {
      await removeSchedule(adminOf(c), c.var.tenant.id, matching(c));
      return c.body(null, 204);
    });
}
