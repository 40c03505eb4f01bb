import { join } from 'node:path';
import type { DemoTenant } from './tenants.ts';

/** Where the demonstration can be reached, and the files that clients need. */
export interface Reach {
  sftp: number;
  ftp: number;
  ftps: number;
  http: number;
  dataDir: string;
  samples: string;
  certFile: string;
  knownHosts: string;
  /** A bearer key of the operator. */
  apiKey: string;
  /** An operator who signs in on the page. */
  person: { email: string; password: string };
}

const sql = `select status, count(*), sum(amount) from ecritures where tenant_id = 'demo' group by status`;

/** Lines to paste into another terminal; each works as it stands, without a question. */
export function tryLines(reach: Reach, { id, password, keyFile }: DemoTenant, databaseUrl: string): string[] {
  const { sftp, ftp, ftps, http, dataDir, certFile, knownHosts, apiKey, person } = reach;
  const api = `http://127.0.0.1:${http}`;
  const bearer = `-H 'Authorization: Bearer ${apiKey}'`;
  const sample = join(reach.samples, 'ecritures.csv');
  const user = `${id}:${password}`;
  return [
    `Look at the page: ${api}/`,
    `  e-mail ${person.email}, password ${person.password}`,
    '',
    'Look at the rows:',
    `  psql '${databaseUrl}' -c "${sql}"`,
    `  ARRIVAGE_DATA=${dataDir} npx arrivage sync list ${id}`,
    '',
    'Push a file and read its report (in another terminal):',
    `  sftp -P ${sftp} -i ${keyFile} -o IdentitiesOnly=yes -o UserKnownHostsFile=${knownHosts} ${id}@127.0.0.1`,
    `      put ${sample}`,
    `      ls -l reports`,
    `  curl --ssl-reqd --cacert ${certFile} -u ${user} -T ${sample} ftp://127.0.0.1:${ftp}/`,
    `  curl --ssl-reqd --cacert ${certFile} -u ${user} ftp://127.0.0.1:${ftp}/reports/`,
    `  lftp -u ${id},${password} -e 'set ssl:ca-file ${certFile}; set ftp:ssl-force true; put ${sample}; ls reports; bye' ftp://127.0.0.1:${ftp}`,
    `  lftp -u ${id},${password} -e 'set ssl:ca-file ${certFile}; ls; bye' ftps://127.0.0.1:${ftps}`,
    '',
    `Ask over the API (${api}/docs describes it):`,
    `  curl ${bearer} ${api}/v1/tenants/${id}/ecritures/summary`,
    `  curl ${bearer} -X POST ${api}/v1/tenants/demo-pull/syncs`,
    `  curl ${api}/readyz`,
    '',
    'Each file is imported at once; one with the same bytes is reported as unchanged, so change a line first.',
    `Username ${id}, password ${password}. Serving until Ctrl-C; everything is removed then.`,
  ];
}
