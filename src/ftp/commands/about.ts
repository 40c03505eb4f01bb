import { type Control, allFacts, reply } from '../control.ts';
import { facts, parseFacts } from '../grammar/listing.ts';
import type { CommandFamily } from './command.ts';

export const about: CommandFamily = {
  FEAT: (control) => reply(control, 211, 'Features:', ...features(control), 'End'),

  async OPTS(control, argument) {
    const [, name = '', value = ''] = /^(\S+)\s*(.*)$/.exec(argument) ?? [];
    if (name.toUpperCase() === 'MLST') return setFacts(control, value);
    if (name.toUpperCase() === 'HASH') return onlyHash(control, value);
    if (!/^UTF-?8$/i.test(name)) return reply(control, 501, 'OPTS UTF8, OPTS MLST or OPTS HASH.');
    control.utf8 = !/^off$/i.test(value);
    return reply(control, 200, 'UTF-8 it is.');
  },

  NOOP: (control) => reply(control, 200, 'OK.'),
  SYST: (control) => reply(control, 215, 'UNIX Type: L8'),
  HELP: (control) => reply(control, 214, 'arrivage takes files over FTP and FTPS. FEAT lists what it can do.'),

  /** Bytes are kept as they come whatever the type: a changed line end would change the checksum. */
  async TYPE(control, argument) {
    const type = argument.trim().toUpperCase();
    if (!/^([AI]( N)?|L 8)$/.test(type)) return reply(control, 504, 'TYPE A or TYPE I.');
    control.type = type.startsWith('A') ? 'A' : 'I';
    return reply(control, 200, `Type ${control.type}.`);
  },

  MODE: (control, argument) => onlyOne(control, argument, 'S', 'MODE'),
  STRU: (control, argument) => onlyOne(control, argument, 'F', 'STRU'),
};

function onlyOne(control: Control, argument: string, value: string, verb: string): Promise<boolean> {
  const right = argument.trim().toUpperCase() === value;
  return right ? reply(control, 200, 'OK.') : reply(control, 504, `${verb} ${value} only.`);
}

function onlyHash(control: Control, value: string): Promise<boolean> {
  const known = value === '' || value.toUpperCase() === 'SHA-256';
  return known ? reply(control, 200, 'SHA-256') : reply(control, 501, 'SHA-256 only.');
}

function features({ secure, context, facts: wanted }: Control): string[] {
  return [
    ...(secure ? [] : ['AUTH TLS']),
    'CLNT',
    ...(context.active ? ['EPRT'] : []),
    'EPSV',
    'HASH SHA-256*',
    'HOST',
    'MDTM',
    'MFMT',
    'MLST ' + facts.map((fact) => `${fact}${wanted.has(fact) ? '*' : ''};`).join(''),
    'PASV',
    ...(secure ? ['PBSZ', 'PROT'] : []),
    'REST STREAM',
    'SITE UTIME',
    'SIZE',
    'TVFS',
    'UTF8',
    'XSHA256',
  ];
}

function setFacts(control: Control, argument: string): Promise<boolean> {
  control.facts = argument === '' ? new Set() : parseFacts(argument);
  const names = [...allFacts].filter((fact) => control.facts.has(fact));
  return reply(control, 200, 'MLST OPTS ' + names.map((fact) => `${fact};`).join(''));
}
