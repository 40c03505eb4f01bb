import { Option, type Command } from 'commander';
import { removeSchedule, scheduleView, setSchedule, type ScheduleView } from '../../admin/schedules.ts';
import { inEnglish } from '../../errors/reasons.ts';
import type { Schedule, Slot } from '../../model/schedule.ts';
import { isCron } from '../../queue/schedule.ts';
import { isTimeZone, usualZone } from '../../model/wall-clock.ts';
import { adminOf } from '../admin.ts';
import { checked, collected, runs, withFoundation } from '../command.ts';
import { CommandFailure, saying } from '../failure.ts';
import { knownTenant } from '../known.ts';
import { scheduleText, slotOf } from '../slot-text.ts';
import * as values from '../values.ts';

export function addSchedule(program: Command): void {
  const schedule = program.command('schedule').description('when syncs of a tenant start by themselves');
  addSet(schedule);
  addShow(schedule);
  addRemove(schedule);
}

interface ScheduleOptions {
  at?: Slot[];
  /** An expression, or `off`: commander makes an empty text of null. */
  cron?: string;
  timeZone?: string;
  enabled?: true;
  disabled?: true;
}

const usual: Schedule = { slots: [], cron: null, timeZone: usualZone, enabled: true };

const slot = checked(slotOf, 'days and a time, such as "mon-fri 06:30", "sat,sun 08:00" or "daily 05:00"');
const cronOrOff = checked(
  (text) => (text === 'off' || isCron(text) ? text : undefined),
  'five fields that some day fire, such as "30 6 * * 1-5", or "off"',
);
const timeZone = checked((text) => (isTimeZone(text) ? text : undefined), inEnglish('time_zone'));

function addSet(parent: Command): void {
  const command = parent
    .command('set')
    .description('plan syncs; what is not given stays as it was')
    .argument('<tenant>', '', values.tenantId)
    .option('--at <slot>', 'days and a time, such as "mon-fri 06:30"; may be given several times', collected(slot))
    .option('--cron <expression>', 'five fields, besides the slots; "off" for none', cronOrOff)
    .option('--time-zone <name>', 'of slots and expression (default: Europe/Paris)', timeZone)
    .addOption(new Option('--enabled', 'go by it').conflicts('disabled'))
    .addOption(new Option('--disabled', 'keep it, but start nothing'));
  runs<ScheduleOptions>(command, ({ args: [tenant = ''], options, output }) =>
    withFoundation(async (foundation) => {
      await knownTenant(foundation.database, tenant);
      if (Object.keys(options).length === 0)
        throw new CommandFailure('Nothing to set: see arrivage schedule set --help');
      const stored = await setSchedule(adminOf(foundation), tenant, (before = usual) => {
        const schedule = changed(before, options);
        if (schedule.slots.length > 0 || schedule.cron !== null) return schedule;
        throw new CommandFailure(
          `A schedule needs a time: --at "mon-fri 06:30", or --cron. To have none: arrivage schedule remove ${tenant}.`,
        );
      });
      output.result(jsonOf(tenant, stored), () => `Schedule of "${tenant}": ${scheduleText(stored)}`);
    }),
  );
}

function changed({ slots, cron, timeZone, enabled }: Schedule, options: ScheduleOptions): Schedule {
  return {
    slots: options.at ?? slots,
    cron: options.cron === 'off' ? null : (options.cron ?? cron),
    timeZone: options.timeZone ?? timeZone,
    enabled: options.disabled ? false : (options.enabled ?? enabled),
  };
}

const jsonOf = (tenant: string, schedule: ScheduleView | undefined) => (schedule ? { tenant, ...schedule } : null);

function addShow(parent: Command): void {
  const command = parent.command('show').description('the schedule of a tenant, and its next run');
  runs(command.argument('<tenant>', '', values.tenantId), ({ args: [tenant = ''], output }) =>
    withFoundation(async ({ database }) => {
      await knownTenant(database, tenant);
      const schedule = await scheduleView(database.db, tenant);
      output.result(jsonOf(tenant, schedule), () => [
        scheduleText(schedule),
        ...(schedule?.lastSlot ? [`last slot ${schedule.lastSlot}`] : []),
      ]);
    }),
  );
}

function addRemove(parent: Command): void {
  const command = parent.command('remove').description('start no more syncs by themselves');
  runs(command.argument('<tenant>', '', values.tenantId), ({ args: [tenant = ''], output }) =>
    withFoundation(async (foundation) => {
      await knownTenant(foundation.database, tenant);
      await removeSchedule(adminOf(foundation), tenant).catch(
        saying({ no_such_resource: `"${tenant}" has no schedule.` }),
      );
      output.result({ tenant, removed: true }, () => `"${tenant}" has no schedule any more.`);
    }),
  );
}
