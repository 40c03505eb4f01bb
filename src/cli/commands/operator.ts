import type { Command } from 'commander';
import { createOperator, personView, removeOperator, resetPassword, type ShownLink } from '../../admin/people.ts';
import type { Config } from '../../config.ts';
import { listOperators, personOf } from '../../db/queries/access/people.ts';
import type { Language } from '../../model/tenant.ts';
import { adminOf } from '../admin.ts';
import { runs, withFoundation } from '../command.ts';
import { CommandFailure } from '../failure.ts';
import { table } from '../output.ts';
import * as values from '../values.ts';

export function addOperator(program: Command): void {
  const operator = program.command('operator').description('people who administer the server on its page');
  addCreate(operator);
  addList(operator);
  addLink(operator);
  addRemove(operator);
}

/** Where a browser finds a path; `serve` says the port where it is a free one. */
export function pageAddress({ publicUrl, publicHost, host, ports }: Config, path: string, port = ports.http): string {
  const name = publicHost ?? host;
  return `${publicUrl ?? `http://${name.includes(':') ? `[${name}]` : name}:${port ?? 8080}`}${path}`;
}

function addCreate(parent: Command): void {
  const command = parent
    .command('create')
    .description('make an operator; the link by which they choose their password is shown once')
    .argument('<email>', '', values.email)
    .option('--language <language>', 'fr or en', values.language);
  runs<{ language?: Language }>(command, ({ args: [email = ''], options, output }) =>
    withFoundation(async (foundation) => {
      const language = options.language ?? foundation.config.language;
      const { person, link } = await createOperator(adminOf(foundation), { email, language });
      output.result({ ...personView(person), link: shown(foundation.config, link) }, () =>
        linkLines(foundation.config, link),
      );
    }),
  );
}

function addList(parent: Command): void {
  runs(parent.command('list').description('who they are'), ({ output }) =>
    withFoundation(async ({ database }) => {
      const operators = await listOperators(database.db);
      output.result(operators.map(personView), () =>
        operators.length === 0
          ? 'No operator yet: see arrivage operator create --help'
          : table(
              ['E-MAIL', 'LANGUAGE', 'MADE BY', 'LAST SIGN-IN', 'PASSWORD'],
              operators.map(({ email, language, createdBy, lastSignInAt, hasPassword }) => [
                ...[email, language, createdBy, lastSignInAt?.toISOString() ?? 'never'],
                hasPassword ? 'chosen' : 'not yet',
              ]),
            ),
      );
    }),
  );
}

function addLink(parent: Command): void {
  const command = parent
    .command('link')
    .description('a link by which somebody chooses a new password; it works once, for a day')
    .argument('<email>', '', values.email);
  runs(command, ({ args: [email = ''], output }) =>
    withFoundation(async (foundation) => {
      const person = await personOf(foundation.database.db, email);
      if (!person) throw new CommandFailure(`Nobody has the address ${email}.`);
      const link = await resetPassword(adminOf(foundation), person.id);
      output.result(shown(foundation.config, link), () => linkLines(foundation.config, link));
    }),
  );
}

function addRemove(parent: Command): void {
  const command = parent
    .command('remove')
    .description('lets somebody no longer in; the last operator stays')
    .argument('<email>', '', values.email);
  runs(command, ({ args: [email = ''], output }) =>
    withFoundation(async (foundation) => {
      const person = await personOf(foundation.database.db, email);
      if (!person?.isOperator) throw new CommandFailure(`${email} is no operator.`);
      await removeOperator(adminOf(foundation), person.id);
      output.result(personView(person), () => [`${email} is not let in any more.`]);
    }),
  );
}

const shown = (config: Config, link: ShownLink | undefined) =>
  link ? { url: pageAddress(config, link.path), expiresAt: link.expiresAt } : null;

const linkLines = (config: Config, link: ShownLink | undefined): string[] =>
  link ? [`Link (shown only now, works once, until ${link.expiresAt}):`, `  ${pageAddress(config, link.path)}`] : [];
