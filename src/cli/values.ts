import { datasets, type Dataset } from '../model/dataset.ts';
import { storedEventTypes, type StoredEventType } from '../model/stored-event.ts';
import { grammar, protocols, triggers, type Language, type Protocol, type Trigger } from '../model/tenant.ts';
import { isMailAddress } from '../base/mail-address.ts';
import { isRange } from '../base/address.ts';
import { checked } from './command.ts';

/** The grammar of what people write on the command line: each reads one text, or says what it expected. */

const matching = (pattern: RegExp) => (text: string) => (pattern.test(text) ? text : undefined);

const oneOf =
  <T extends string>(words: readonly T[]) =>
  (text: string): T | undefined =>
    words.find((word) => word === text);

const several =
  <T>(parse: (text: string) => T | undefined) =>
  (text: string): T[] | undefined => {
    const values = text.split(',').map((part) => parse(part.trim()));
    return values.every((value) => value !== undefined) ? values : undefined;
  };

const within = (least: number, most: number) => (text: string) => {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : undefined;
};

export const tenantId = checked(
  matching(grammar.tenantId),
  '2 to 40 lower-case letters, digits and dashes, first a letter',
);
export const displayName = checked(
  (text) => (text.trim() !== '' && text.length <= 200 && !/\p{Cc}/u.test(text) ? text.trim() : undefined),
  'a name of at most 200 characters',
);
export const username = checked(
  matching(grammar.username),
  '1 to 64 letters, digits, dots, dashes, underscores or @, first a letter or a digit',
);
export const uuid = checked(matching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/), 'an id such as a list shows it');
export const trigger: (text: string) => Trigger = checked(oneOf(triggers), triggers.join(', '));
export const dataset: (text: string) => Dataset = checked(oneOf(datasets), datasets.join(', '));
export const datasetList: (text: string) => Dataset[] = checked(
  several(oneOf(datasets)),
  `some of ${datasets.join(',')}, separated by commas`,
);
export const protocolList: (text: string) => Protocol[] = checked(
  several(oneOf(protocols)),
  `some of ${protocols.join(',')}, separated by commas`,
);
export const eventTypes: (text: string) => StoredEventType[] = checked(
  several(oneOf(storedEventTypes)),
  `some of ${storedEventTypes.join(',')}, separated by commas`,
);
export const email = checked((text) => (isMailAddress(text) ? text : undefined), 'an e-mail address');
export const language: (text: string) => Language = checked(oneOf(['fr', 'en'] as const), 'fr or en');
export const patternList = checked(
  several(matching(grammar.donePattern)),
  'file name patterns such as "*.done,fin.txt"',
);
export const accountList = checked(several(matching(grammar.fecAccount)), 'account prefixes such as 411,413');
export const seconds = checked(within(0, 86_400), 'seconds, at most 86400');
export const syncId = checked(within(1, Number.MAX_SAFE_INTEGER), 'the number of a sync');
export const count = checked(within(1, 10_000), 'a number from 1 to 10000');
export const lineNumber = checked(within(0, 1_000_000), 'a line number; 0 says that there is no header');

/** A share of one: `0.3` or `30%`. */
export const share = checked((text) => {
  const percent = /^(\d{1,3}(?:\.\d+)?)\s?%$/.exec(text);
  const value = percent ? Number(percent[1]) / 100 : /^\d(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  return value >= 0 && value <= 1 ? value : undefined;
}, 'a share from 0 to 1, or a percentage such as 30%');

const units: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/** Bytes: `10g`, `500 MB`, `1048576`. Units are powers of 1024. */
export const byteSize = checked((text) => {
  const found = /^(\d{1,12})\s?([kmgt]?)i?b?$/i.exec(text);
  const bytes = Number(found?.[1]) * (units[found?.[2]?.toLowerCase() ?? ''] ?? Number.NaN);
  return bytes >= 1 && bytes <= Number.MAX_SAFE_INTEGER ? bytes : undefined;
}, 'a size such as 500m or 10g');

export const port = checked(within(1, 65_535), 'a port from 1 to 65535');
export const hostKey = checked(
  matching(/^SHA256:[A-Za-z0-9+/]{43}$/),
  'a fingerprint as OpenSSH prints it, SHA256:… without a padding',
);

export const portOrOff = checked(
  (text): number | 'off' | undefined => (text === 'off' ? 'off' : within(1, 65_535)(text)),
  'a port from 1 to 65535, or "off"',
);

export const onOrOff = checked(
  (text): boolean | undefined => (text === 'on' ? true : text === 'off' ? false : undefined),
  'on or off',
);

export const ipRange = checked(
  (text) => (isRange(text) ? text : undefined),
  'an IP address or a range such as 192.0.2.0/24',
);
