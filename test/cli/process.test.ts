import { expect, it } from 'vitest';
import { openCli } from './cli.ts';

// The other tests run commands within their own process: this is the proof that nothing else would come of it.
it('a command in a process of its own says and does what it does in ours', async () => {
  const cli = await openCli();
  await cli.json(['tenant', 'create', 'acme', '--name', 'Acme', '--live', '--trigger', 'each']);
  await cli.file('clients.csv', 'Code client;Raison sociale\nC1;Société d’à côté\n;Sans code\n');
  await cli.json(['import', 'acme', 'clients.csv']);
  const same: [args: string[], code: number, input?: string][] = [
    [['--help'], 0],
    [[], 2],
    [['tenant', 'show', 'nobody'], 1],
    [['rejections', '1', '--csv'], 0],
    [['inspect', 'clients.csv', '--records'], 0],
    [['mapping', 'set', 'acme', 'clients'], 1, 'no JSON'],
    [['connector', 'test', 'acme'], 1],
  ];
  for (const [args, code, input = ''] of same) {
    const here = await cli.run(args, { input });
    expect([args, here.code]).toEqual([args, code]);
    expect([args, await cli.run(args, { input, apart: true })]).toEqual([args, here]);
  }
});

it('a command in a process of its own takes passwords and changes data as it does in ours', async () => {
  const cli = await openCli();
  await cli.run(['tenant', 'create', 'acme', '--name', 'Acme'], { apart: true });
  for (const [apart, name] of [
    [true, 'there'],
    [false, 'here'],
  ] as const)
    expect(
      await cli.run(['credential', 'add', 'acme', name, '--password-stdin'], { input: 'secret\n', apart }),
    ).toMatchObject({ code: 0, stdout: `Username "${name}" signs in for tenant "acme".\n`, stderr: '' });
  const listed = await cli.json<{ username: string }[]>(['credential', 'list', 'acme']);
  expect(listed.map(({ username }) => username).sort()).toEqual(['here', 'there']);
});
