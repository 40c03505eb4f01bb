import { catalogue, fill, isErrorCode } from '../errors.ts';
import type { Report } from '../model/report.ts';
import { doubtsIn } from './headline.ts';
import { phrases } from './phrases.ts';
import { list } from './wording.ts';

/** What the sender should do now, most urgent first. `rejectionsFile`: the name of the list of rejections. */
export function nextSteps(report: Report, rejectionsFile: string | undefined): string[] {
  const { language } = report.tenant;
  const { next, datasets } = phrases[language];
  const done = ['applied', 'unchanged', 'dry_run'].includes(report.state);
  const steps = [
    ...(report.state === 'failed' ? [afterFailure(report)] : []),
    ...(report.state === 'held' ? [fill(next.held, { id: report.syncId })] : []),
    ...(report.state === 'discarded' ? [next.discarded] : []),
    ...(report.files.some((file) => file.quarantine) ? [next.putAside] : []),
    ...(report.files.some((file) => file.rejected > 0) ? [next.rejected] : []),
    ...(doubtsIn(report) > 0 ? [next.doubts] : []),
    ...(rejectionsFile === undefined ? [] : [fill(next.details, { file: rejectionsFile })]),
    ...(done && report.missing.length > 0
      ? [
          fill(next.missing, {
            datasets: list(
              language,
              report.missing.map((each) => datasets[each]),
            ),
          }),
        ]
      : []),
    ...(report.leftAtSource ? [next.left] : []),
    ...(report.state === 'dry_run' ? [next.dryRun] : []),
  ];
  if (steps.length > 0) return steps;
  // What was said of the same bytes then holds still, and may have been a doubt.
  return [report.files.some(({ sameAsBefore }) => sameAsBefore) ? next.sameAsBefore : next.nothing];
}

/** What to do after a failed sync; where a file could not be fetched, there is nothing to send again. */
function afterFailure({ error, files, syncId, tenant: { id: tenant, language } }: Report): string {
  const { next } = phrases[language];
  const fingerprint = error?.params?.['fingerprint'];
  const isHostKey = error?.code === 'host_key_unknown' || error?.code === 'host_key_changed';
  if (isHostKey && fingerprint !== undefined) return fill(next.hostKey, { tenant, fingerprint });
  return files.length === 0 && isOperators(error?.code)
    ? fill(next.failedFetch, { tenant })
    : fill(next.failed, { id: syncId });
}

/** Whether an operator mends it; a database that is away mends itself. */
const isOperators = (code = ''): boolean =>
  isErrorCode(code) && catalogue[code].audience === 'operator' && !code.startsWith('database_');
