import type { Control } from '../control.ts';
import { allFacts, facts, parseFacts } from '../grammar/listing.ts';
import type { OpenCommands } from './command.ts';

export const about: OpenCommands = {
  FEAT: (control) => control.reply(211, 'Features:', ...features(control), 'End'),

  async OPTS(control, argument) {
    const [, name = '', value = ''] = /^(\S+)\s*(.*)$/.exec(argument) ?? [];
    if (name.toUpperCase() === 'MLST') return setFacts(control, value);
    if (name.toUpperCase() === 'HASH') return onlyHash(control, value);
    if (!/^UTF-?8$/i.test(name)) return control.reply(501, 'OPTS UTF8, OPTS MLST or OPTS HASH.');
    control.settings.utf8 = !/^off$/i.test(value);
    return control.reply(200, 'UTF-8 it is.');
  },

  NOOP: (control) => control.reply(200, 'OK.'),
  SYST: (control) => control.reply(215, 'UNIX Type: L8'),
  HELP: (control) => control.reply(214, 'arrivage takes files over FTP and FTPS. FEAT lists what it can do.'),

  /** Bytes are kept as they come whatever the type: a changed line end would change the checksum. */
  async TYPE(control, argument) {
    const type = argument.trim().toUpperCase();
    if (!/^([AI]( N)?|L 8)$/.test(type)) return control.reply(504, 'TYPE A or TYPE I.');
    return control.reply(200, `Type ${type.startsWith('A') ? 'A' : 'I'}.`);
  },

  MODE: (control, argument) => onlyOne(control, argument, 'S', 'MODE'),
  STRU: (control, argument) => onlyOne(control, argument, 'F', 'STRU'),
};

function onlyOne(control: Control, argument: string, value: string, verb: string): Promise<boolean> {
  const right = argument.trim().toUpperCase() === value;
  return right ? control.reply(200, 'OK.') : control.reply(504, `${verb} ${value} only.`);
}

function onlyHash(control: Control, value: string): Promise<boolean> {
  const known = value === '' || value.toUpperCase() === 'SHA-256';
  return known ? control.reply(200, 'SHA-256') : control.reply(501, 'SHA-256 only.');
}

function features({ wire, door, settings }: Control): string[] {
  return [
    ...(wire.tls ? [] : ['AUTH TLS']),
    'CLNT',
    ...(door.active ? ['EPRT'] : []),
    'EPSV',
    'HASH SHA-256*',
    'HOST',
    'MDTM',
    'MFMT',
    'MLST ' + facts.map((fact) => `${fact}${settings.facts.has(fact) ? '*' : ''};`).join(''),
    'PASV',
    ...(wire.tls ? ['PBSZ', 'PROT'] : []),
    'REST STREAM',
    'SITE UTIME',
    'SIZE',
    'TVFS',
    'UTF8',
    'XSHA256',
  ];
}

function setFacts(control: Control, argument: string): Promise<boolean> {
  const { settings } = control;
  settings.facts = argument === '' ? new Set() : parseFacts(argument);
  const names = [...allFacts].filter((fact) => settings.facts.has(fact));
  return control.reply(200, 'MLST OPTS ' + names.map((fact) => `${fact};`).join(''));
}
