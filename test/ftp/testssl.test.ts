import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { installed, run } from '../support/clients.ts';
import { ftpWorld } from '../support/ftp-world.ts';

interface Finding {
  id: string;
  finding: string;
}

/** Of testssl.sh and the machine that it runs on, not of the server. */
const OF_ITSELF = new Set(['engine_problem', 'service', 'pre_128cipher', 'scanTime', 'optimal_proto']);
/** It starts thousands of processes: about 20 s where nothing else runs, a few minutes where much does. */
const TIMEOUT_MS = 300_000;

const policy = async (): Promise<Finding[]> =>
  [...(await readFile('docs/testssl.txt', 'utf8')).matchAll(/^(\w+) = (.+)$/gm)].map(([, id = '', finding = '']) => ({
    id,
    finding,
  }));

const byId = (findings: Finding[]) => new Map(findings.map(({ id, finding }) => [id, finding]));

describe.skipIf(!installed('testssl'))('testssl.sh', () => {
  it('finds exactly what the policy names', { timeout: TIMEOUT_MS }, async () => {
    const { port, client } = await ftpWorld({});
    const file = join(client.folder, 'testssl.json');
    const output = ['--quiet', '--warnings', 'off', '--color', '0', '--jsonfile', file];
    const target = ['--nodns', 'none', '--ip', '127.0.0.1', '--starttls', 'ftp', '-p', `127.0.0.1:${port}`];
    const { stdout, stderr } = await run('testssl', [...output, ...target], { timeoutMs: TIMEOUT_MS });
    const found = (JSON.parse(await readFile(file, 'utf8')) as Finding[]).filter(({ id }) => !OF_ITSELF.has(id));
    expect(byId(found), `${stdout}\n${stderr}`).toEqual(byId(await policy()));
  });
});
