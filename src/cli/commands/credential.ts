import { Option, type Command } from 'commander';
import { addCredential as add, credentialView, revokeCredential } from '../../admin/credentials.ts';
import { listCredentials, type ListedCredential } from '../../db/queries/access/credentials.ts';
import { protocols, tlsResumptions, type Protocol, type TlsResumption } from '../../model/tenant.ts';
import { adminOf } from '../admin.ts';
import { collected, runs, withFoundation } from '../command.ts';
import { saying } from '../failure.ts';
import { table } from '../output.ts';
import { readPassword, readPublicKeys } from './secrets.ts';
import { knownTenant } from '../known.ts';
import * as values from '../values.ts';

export function addCredential(program: Command): void {
  const credential = program.command('credential').description('usernames that open sessions for a tenant');
  addAdd(credential);
  addList(credential);
  addRevoke(credential);
}

interface AddOptions {
  passwordStdin?: true;
  publicKey?: string[];
  allowCleartextFtp?: true;
  tlsResumption?: TlsResumption;
  protocol?: Protocol[];
  ip?: string[];
}

function addAdd(parent: Command): void {
  const command = parent
    .command('add')
    .description('add a username; without --password-stdin and --public-key a password is made and shown once')
    .argument('<tenant>', '', values.tenantId)
    .argument('<username>', '', values.username)
    .option('--password-stdin', 'read the password from standard input')
    .option('--public-key <file>', 'OpenSSH public keys; may be repeated', collected(String))
    .option('--allow-cleartext-ftp', 'let it sign in to FTP without TLS')
    .addOption(
      new Option('--tls-resumption <when>', 'FTP data must resume the control connection’s TLS session').choices(
        tlsResumptions,
      ),
    )
    .option('--protocol <names>', `only these of ${protocols.join(',')}`, values.protocolList)
    .option('--ip <range>', 'only from this address or range; may be repeated', collected(values.ipRange));
  runs<AddOptions>(command, async ({ args: [tenantId = '', username = ''], options, output }) => {
    const keys = (await Promise.all((options.publicKey ?? []).map(readPublicKeys))).flat();
    const password = options.passwordStdin ? await readPassword(process.stdin) : undefined;
    await withFoundation(async (foundation) => {
      await knownTenant(foundation.database, tenantId);
      const { protocol: protocols, ip: ipRanges, allowCleartextFtp, tlsResumption } = options;
      const asked = { username, password, keys, protocols, allowCleartextFtp, tlsResumption, ipRanges };
      const made = await add(adminOf(foundation), tenantId, asked).catch(
        saying({ username_taken: `The username "${username}" is taken: usernames are unique on a server.` }),
      );
      const fingerprints = keys.map(({ fingerprint }) => fingerprint);
      output.result({ tenant: tenantId, username, ...(made && { password: made }), keys: fingerprints }, () => [
        `Username "${username}" signs in for tenant "${tenantId}".`,
        ...(made ? [`Password (shown only now): ${made}`] : []),
        ...fingerprints.map((print) => `Key: ${print}`),
      ]);
    });
  });
}

function addList(parent: Command): void {
  const command = parent.command('list').description('usernames of a tenant').argument('<tenant>', '', values.tenantId);
  runs(command, ({ args: [tenantId = ''], output }) =>
    withFoundation(async ({ database }) => {
      await knownTenant(database, tenantId);
      const credentials = await listCredentials(database.db, tenantId);
      const shown = credentials.map((each) => ({ id: each.id, tenantId: each.tenantId, ...credentialView(each) }));
      output.result(shown, () =>
        credentials.length === 0
          ? `No username yet: arrivage credential add ${tenantId} <username>`
          : table(['USERNAME', 'SIGNS IN WITH', 'PROTOCOLS', 'FROM', 'LAST USED', 'STATE'], credentials.map(rowOf)),
      );
    }),
  );
}

function rowOf(credential: ListedCredential): string[] {
  const { username, hasPassword, keys, ipRanges, allowCleartextFtp, tlsResumption, lastUsedAt, revokedAt } = credential;
  const proofs = [...(hasPassword ? ['password'] : []), ...(keys.length > 0 ? [`${keys.length} keys`] : [])];
  return [
    username,
    proofs.join(', ') || '-',
    credential.protocols.join(',') +
      (allowCleartextFtp ? ' (cleartext FTP allowed)' : '') +
      (tlsResumption === 'off' ? '' : ` (TLS resumption: ${tlsResumption})`),
    ipRanges.join(',') || 'anywhere',
    lastUsedAt?.toISOString() ?? 'never',
    revokedAt ? 'revoked' : 'active',
  ];
}

function addRevoke(parent: Command): void {
  const command = parent
    .command('revoke')
    .description('let a username open no more sessions')
    .argument('<tenant>', '', values.tenantId)
    .argument('<username>', '', values.username);
  runs(command, ({ args: [tenantId = '', username = ''], output }) =>
    withFoundation(async (foundation) => {
      await knownTenant(foundation.database, tenantId);
      await revokeCredential(adminOf(foundation), tenantId, username).catch(
        saying({ no_such_resource: `Tenant "${tenantId}" has no active username "${username}".` }),
      );
      output.result({ tenant: tenantId, username, revoked: true }, () => `Username "${username}" is revoked.`);
    }),
  );
}
