import { ArrivageError, plainParams, type ErrorCode } from '../errors.ts';
import type { Connector, RemoteFile } from '../model/connector.ts';
import { datasets, type Dataset } from '../model/dataset.ts';
import { chooseFiles } from './choose.ts';
import { openRemote } from './open-remote.ts';
import { type Remote, type RemoteLimits, type RemoteOptions, type RemoteStep, remoteSteps } from './remote.ts';
import { tryPuttingAway } from './put-away-trial.ts';
import { passedText, type Text } from './test-texts.ts';

/** What a test of a connector went through: all of it well, or up to the step that failed. */
export interface TestStep {
  step: TestStepName;
  ok: boolean;
  /** The catalogue entry of a step that failed. */
  code: ErrorCode | null;
  /** Addresses, fingerprint, folder or file; of a host key or certificate that was refused: its fingerprint. */
  found: string | null;
  text: Text;
}

type TestStepName = Exclude<RemoteStep, 'identify'> | 'host_key' | 'certificate' | 'list' | 'put_away' | Dataset;

export interface TestDeps {
  privateTargets: readonly string[];
  limits?: RemoteLimits;
  open?: typeof openRemote;
}

/**
 * Connects as a pull would, lists the folder, says which file each dataset would take, and tries with an empty file of
 * its own whether those may be moved or deleted as the connector is to. Nothing is read, and no file of theirs changed.
 * @returns the steps in order; of the connection only the last can have failed
 */
export async function testConnector(connector: Connector, deps: TestDeps, signal: AbortSignal): Promise<TestStep[]> {
  const { open = openRemote, ...options } = deps;
  const steps: TestStep[] = [];
  let remote: Remote | undefined;
  try {
    remote = await open(connector, { ...options, passed: noteIn(steps, connector) }, signal);
    const listing = await remote.list();
    steps.push(passed('list', String(listing.length), connector));
    steps.push(...whatIsTaken(connector, listing));
    return [...steps, ...(await whetherPutAway(connector, remote))];
  } catch (error) {
    signal.throwIfAborted();
    return [...steps, failed(stepAfter(steps, connector), error)];
  } finally {
    await remote?.close();
  }
}

function noteIn(steps: TestStep[], connector: Connector): NonNullable<RemoteOptions['passed']> {
  return (step, found) => steps.push(passed(nameOf(step, connector), found, connector));
}

const nameOf = (step: RemoteStep, { protocol }: Connector): TestStepName =>
  step !== 'identify' ? step : protocol === 'sftp' ? 'host_key' : 'certificate';

const passed = (step: TestStepName, found: string, { protocol }: Connector): TestStep => ({
  ...{ step, ok: true, code: null, found: found === '' ? null : found },
  text: passedText(step, found, protocol),
});

function stepAfter(steps: readonly TestStep[], connector: Connector): TestStepName {
  const next = remoteSteps[steps.length];
  if (next !== undefined) return nameOf(next, connector);
  return steps.some(({ step }) => step === 'list') ? 'put_away' : 'list';
}

/** @throws what is no refusal: an error of ours */
function failed(step: TestStepName, error: unknown): TestStep {
  if (!(error instanceof ArrivageError)) throw error;
  const { fingerprint } = plainParams(error.params);
  const text = { fr: error.text('fr'), en: error.text('en') };
  return { step, ok: false, code: error.code, found: fingerprint ?? null, text };
}

/** @throws where the connection is lost */
async function whetherPutAway(connector: Connector, remote: Remote): Promise<TestStep[]> {
  if (connector.afterReading.kind === 'leave') return [];
  const outcome = await tryPuttingAway(connector.afterReading, remote);
  return outcome instanceof ArrivageError ? [failed('put_away', outcome)] : [{ ...PUT_AWAY, text: outcome }];
}

const PUT_AWAY = { step: 'put_away', ok: true, code: null, found: null } as const;

/** As if nothing had been taken yet. */
function whatIsTaken(connector: Connector, listing: readonly RemoteFile[]): TestStep[] {
  const wish = { ...connector, datasets: null, force: true };
  const { files, awaited } = chooseFiles(wish, listing, []);
  return datasets.flatMap((dataset) => {
    const rule = connector.files[dataset];
    if (!rule) return [];
    const chosen = files.filter((one) => one.dataset === dataset).map(({ file }) => file);
    if (chosen.length > 0) return [taken(dataset, chosen)];
    const alone = { ...wish, files: { [dataset]: rule } };
    const [waiting] = awaited.length > 0 ? chooseFiles(alone, listing, []).awaited : [];
    const error = waiting
      ? new ArrivageError('done_file_missing', { name: waiting.name, pattern: connector.doneFile ?? '' })
      : new ArrivageError('no_file_matches', { pattern: rule.pattern, seen: namesOf(listing) });
    return [failed(dataset, error)];
  });
}

function taken(dataset: Dataset, chosen: readonly RemoteFile[]): TestStep {
  const shown = chosen.slice(0, MOST_SHOWN);
  const more = chosen.length - shown.length;
  const text = { fr: shown.map(inFrench).join(' ; '), en: shown.map(inEnglish).join('; ') };
  if (more > 0) {
    text.fr += ` ; et ${more} autres`;
    text.en += `; and ${more} more`;
  }
  return { step: dataset, ok: true, code: null, found: shown.map(({ name }) => name).join(', '), text };
}

const MOST_SHOWN = 5;

const timeOf = ({ modified }: RemoteFile): string | undefined =>
  modified?.toISOString().replace(/T(\d\d:\d\d).*/, ' $1 UTC');
const inFrench = (file: RemoteFile): string => `${file.name} (${file.size} octets, ${timeOf(file) ?? 'date inconnue'})`;
const inEnglish = (file: RemoteFile): string => `${file.name} (${file.size} bytes, ${timeOf(file) ?? 'time unknown'})`;

function namesOf(listing: readonly RemoteFile[]): string {
  const names = listing.slice(0, MOST_SHOWN).map(({ name }) => name);
  return names.length === 0 ? '–' : names.join(', ') + (listing.length > MOST_SHOWN ? ', …' : '');
}
