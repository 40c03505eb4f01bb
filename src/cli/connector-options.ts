import { Option, type Command } from 'commander';
import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { connectorProtocols, type AfterReading, type FetchRule } from '../model/connector.ts';
import { datasets, type Dataset } from '../model/dataset.ts';
import type { FixedScope } from '../model/scope.ts';
import { connectorInput, connectorOf, usualPort } from '../pull/connector-input.ts';
import type { ConnectorView } from '../admin/connectors.ts';
import type { ConnectorSecrets, ConnectorSettings } from '../pull/connector-store.ts';
import { CommandFailure } from './failure.ts';
import { readPassword } from './commands/secrets.ts';
import * as values from './values.ts';

/** The options of `connector set`, and the connector that they make of what is stored. */

type Input = z.input<typeof connectorInput>;

export interface ConnectorOptions {
  protocol?: Input['protocol'];
  host?: string;
  port?: number;
  username?: string;
  passwordStdin?: true;
  privateKey?: string;
  passphraseStdin?: true;
  directory?: string;
  clients?: string;
  contacts?: string;
  ecritures?: string;
  all?: Dataset[];
  company?: string;
  leave?: true;
  moveTo?: string;
  delete?: true;
  stableSeconds?: number;
  doneFile?: string;
  certificateFingerprint?: string;
  ca?: string;
}

export function addConnectorOptions(command: Command): Command {
  const afterReading = ['leave', 'moveTo', 'delete'];
  const oneOf = (option: Option, name: string) => option.conflicts(afterReading.filter((each) => each !== name));
  return command
    .addOption(new Option('--protocol <name>', 'ftps is explicit TLS').choices(connectorProtocols))
    .option('--host <name>', 'name or address of the server')
    .option('--port <port>', `usually ${connectorProtocols.map((name) => usualPort[name]).join(', ')}`, values.port)
    .option('--username <name>')
    .addOption(
      new Option('--password-stdin', 'read the password from standard input').conflicts([
        'privateKey',
        'passphraseStdin',
      ]),
    )
    .option('--private-key <file>', 'sign in with this key instead (sftp)')
    .option('--passphrase-stdin', 'read the passphrase of the private key from standard input')
    .option('--directory <path>', 'folder of the exports, from where the login starts')
    .option('--clients <pattern>', 'file of the clients: a name, *, ?, {yyyyMMdd}; "none" takes none')
    .option('--contacts <pattern>', 'file of the contacts')
    .option('--ecritures <pattern>', 'file of the entries')
    .option('--company <name>', 'company of what is fetched, where the files do not say it; "none": the tenant’s own')
    .option('--all <datasets>', 'take every new file of these, oldest first; "none": only the newest', someOrNone)
    .addOption(oneOf(new Option('--leave', 'leave files where they are after reading'), 'leave'))
    .addOption(oneOf(new Option('--move-to <folder>', 'move files there after reading'), 'moveTo'))
    .addOption(oneOf(new Option('--delete', 'delete files after reading'), 'delete'))
    .option('--stable-seconds <n>', 'how long a file must stay the same to be whole', values.seconds)
    .option('--done-file <pattern>', 'take nothing before such a file is there; "none": look whether files change')
    .option('--certificate-fingerprint <sha256>', 'accept only this certificate; "none" checks it as usual')
    .option('--ca <file>', 'PEM of the authority that signed the certificate; "none" trusts the usual ones');
}

const someOrNone = (text: string): Dataset[] => (text === 'none' ? [] : values.datasetList(text));

/** @param ca as `authorityFrom` reads it @throws CommandFailure naming what is missing or wrong */
export function connectorFrom(
  options: ConnectorOptions,
  { ca, ...secrets }: ConnectorSecrets & { ca: string | null | undefined },
  stored: ConnectorView | undefined,
): { settings: ConnectorSettings; secrets: ConnectorSecrets } {
  const { protocol = stored?.protocol, host = stored?.host, username = stored?.username } = options;
  const input = {
    ...(stored && settingsOf(stored)),
    ...{ protocol, host, username, port: portOf(options, stored), files: filesOf(options, stored) },
    ...named({ directory: options.directory, stableSeconds: options.stableSeconds, afterReading: after(options) }),
    ...named({ doneFile: orNull(options.doneFile), certificateFingerprint: orNull(options.certificateFingerprint) }),
    ...named({ ca }),
    ...secrets,
  };
  const result = connectorInput.safeParse(input);
  if (result.success) return connectorOf(result.data);
  const problems = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new CommandFailure(`This is no connector: ${problems.join('; ')}`);
}

function settingsOf({ hostKey: _, hasPassword: __, hasPrivateKey: ___, changedAt: ____, ...settings }: ConnectorView) {
  return settings;
}

/** Another protocol has another usual port. */
function portOf(options: ConnectorOptions, stored: ConnectorView | undefined): number | undefined {
  return (
    options.port ?? (options.protocol === undefined || options.protocol === stored?.protocol ? stored?.port : undefined)
  );
}

function filesOf(options: ConnectorOptions, stored: ConnectorView | undefined): Partial<Record<Dataset, FetchRule>> {
  const rules = datasets.flatMap((dataset) => {
    const pattern = options[dataset] ?? stored?.files[dataset]?.pattern;
    if (pattern === undefined || pattern === 'none') return [];
    const before = stored?.files[dataset]?.take ?? 'newest';
    const take = options.all === undefined ? before : options.all.includes(dataset) ? 'all' : 'newest';
    const scope = scopeFrom(options, stored?.files[dataset]?.scope);
    return [[dataset, { pattern, take, ...(scope && { scope }) }] as const];
  });
  return Object.fromEntries(rules);
}

/** What else the API has fixed stays. */
function scopeFrom({ company }: ConnectorOptions, stored: FixedScope | undefined): FixedScope | undefined {
  if (company === undefined) return stored;
  const { company: _, whole: __, ...rest } = stored ?? {};
  const scope = company === 'none' ? rest : { ...rest, company };
  return Object.keys(scope).length > 0 ? scope : undefined;
}

function after(options: ConnectorOptions): AfterReading | undefined {
  if (options.leave) return { kind: 'leave' };
  if (options.moveTo !== undefined) return { kind: 'move', folder: options.moveTo };
  return options.delete ? { kind: 'delete' } : undefined;
}

/** What `connector set` is given to sign in with; it may wait for a person to type. @throws CommandFailure */
export async function secretsFrom({
  passwordStdin,
  privateKey,
  passphraseStdin,
}: ConnectorOptions): Promise<ConnectorSecrets> {
  if (passwordStdin) return { password: await readPassword(process.stdin), privateKey: null, passphrase: null };
  if (privateKey === undefined) return passphraseStdin ? { passphrase: await readPassword(process.stdin) } : {};
  const passphrase = passphraseStdin ? await readPassword(process.stdin) : null;
  return { password: null, privateKey: await readText(privateKey), passphrase };
}

const orNull = (text: string | undefined): string | null | undefined => (text === 'none' ? null : text);

/** The certificate of an authority, or null where the usual ones are trusted. @throws CommandFailure */
export const authorityFrom = async ({ ca }: ConnectorOptions): Promise<string | null | undefined> =>
  ca === undefined || ca === 'none' ? orNull(ca) : readText(ca);

async function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    throw new CommandFailure(`${file} cannot be read: ${(error as Error).message}`);
  });
}

/** Without what was not given. */
function named<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}
