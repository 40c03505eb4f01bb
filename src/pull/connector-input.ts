import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { inEnglish } from '../errors/reasons.ts';
import { fixedScopeInput, strangeScope } from '../intake/mapping-input.ts';
import { connectorProtocols, type ConnectorProtocol } from '../model/connector.ts';
import { datasets, type Dataset } from '../model/dataset.ts';
import type { VirtualPath } from '../model/path.ts';
import { isTemporary } from '../model/virtual-path.ts';
import { patternProblem } from './patterns.ts';
import type { ConnectorSecrets, ConnectorSettings } from './connector-store.ts';

/** What people may write as a connector, on the command line and over the API. */

const line = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(/^\P{Cc}*$/u, inEnglish('no_control_characters'));

const pattern = z
  .string()
  .superRefine((text, context) => {
    const problem = patternProblem(text);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  })
  .refine((text) => !isTemporary(`/${text}` as VirtualPath), inEnglish('final_name'));

const host = line(253).regex(/^[A-Za-z0-9]([A-Za-z0-9.:_-]*[A-Za-z0-9])?$/, inEnglish('server_name'));
const rule = z.strictObject({
  pattern,
  take: z.enum(['newest', 'all']).default('newest'),
  scope: fixedScopeInput.optional(),
});
const rules: Record<Dataset, z.ZodOptional<typeof rule>> = {
  clients: rule.optional(),
  contacts: rule.optional(),
  ecritures: rule.optional(),
};

/** The connection is idle meanwhile, and some servers end one after two minutes; what takes longer has a done-file. */
const MOST_STABLE_SECONDS = 60;

const fingerprint = z
  .string()
  .transform((text) => text.replaceAll(':', '').toLowerCase())
  .pipe(z.string().regex(/^[0-9a-f]{64}$/, inEnglish('sha256_fingerprint')));

const certificate = z
  .string()
  .max(64 * 1024)
  .refine(isCertificate, inEnglish('certificate_in_pem'));

export const connectorInput = z.strictObject({
  protocol: z.enum(connectorProtocols),
  host,
  port: z.int().min(1).max(65_535).optional(),
  username: line(200),
  password: line(1024).nullable().optional(),
  privateKey: z
    .string()
    .min(1)
    .max(64 * 1024)
    .nullable()
    .optional(),
  passphrase: line(1024).nullable().optional(),
  directory: line(1024).default('.'),
  files: z
    .strictObject(rules)
    .refine((given) => datasets.some((dataset) => given[dataset]), inEnglish('file_of_some_dataset'))
    .refine(
      (given) => !datasets.some((dataset) => strangeScope(given[dataset]?.scope ?? {}, dataset)),
      inEnglish('scope_of_entries'),
    ),
  afterReading: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('leave') }),
      z.strictObject({ kind: z.literal('move'), folder: line(1024) }),
      z.strictObject({ kind: z.literal('delete') }),
    ])
    .default({ kind: 'leave' }),
  stableSeconds: z.int().min(0).max(MOST_STABLE_SECONDS).default(5),
  doneFile: pattern.nullable().default(null),
  certificateFingerprint: fingerprint.nullable().default(null),
  ca: certificate.nullable().default(null),
});

export const usualPort: Readonly<Record<ConnectorProtocol, number>> = {
  sftp: 22,
  ftp: 21,
  ftps: 21,
  'ftps-implicit': 990,
};

/** Parts what is stored openly from what is sealed. */
export function connectorOf(input: z.infer<typeof connectorInput>): {
  settings: ConnectorSettings;
  secrets: ConnectorSecrets;
} {
  const { password, privateKey, passphrase, port, files, ...settings } = input;
  const given = Object.entries({ password, privateKey, passphrase }).filter(([, secret]) => secret !== undefined);
  const named = Object.entries(files).filter(([, each]) => each !== undefined);
  return {
    settings: { ...settings, port: port ?? usualPort[input.protocol], files: Object.fromEntries(named) },
    secrets: Object.fromEntries(given),
  };
}

function isCertificate(pem: string): boolean {
  try {
    new X509Certificate(pem);
    return true;
  } catch {
    return false;
  }
}
