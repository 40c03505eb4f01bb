import { describe, expect, it } from 'vitest';
import { installed, run } from '../support/clients.ts';
import { sftpWorld } from '../support/sftp-world.ts';

describe.skipIf(!installed('ssh-audit'))('ssh-audit', () => {
  const audit = (port: number, ...more: string[]) =>
    run('ssh-audit', ['-n', '-p', String(port), ...more, '127.0.0.1'], { timeoutMs: 60_000 });

  it('finds exactly what the policy names', async () => {
    const { port } = await sftpWorld();
    const { code, stdout } = await audit(port, '-P', 'docs/ssh-audit.txt');
    expect(stdout).toContain('Passed');
    expect(code, stdout).toBe(0);
  });

  it('finds no failure by its own judgement', async () => {
    const { port } = await sftpWorld();
    const { stdout } = await audit(port);
    expect(stdout).toContain('(kex) mlkem768x25519-sha256');
    expect(stdout).not.toContain('[fail]');
  });
});
