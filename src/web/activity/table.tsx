import { catalogue, type ErrorCode } from '../../errors.ts';
import type { Language } from '../../model/tenant.ts';
import { Table } from '../frame/fields.tsx';
import { number } from '../frame/format.ts';
import { Empty, Moment, type Reader } from '../frame/parts.tsx';
import { activityWords, type ActivityWords } from './words.ts';

/** As the API lists what was done. */
export interface Entry {
  at: string;
  tenant: string | null;
  actor: string;
  action: string;
  detail: Record<string, unknown>;
}

/** What was done: when, by whom, what. */
export function Activity({ entries, reader }: { entries: readonly Entry[]; reader: Reader }) {
  const words = activityWords(reader.language);
  if (entries.length === 0)
    return (
      <Empty>
        <p>{words.none}</p>
      </Empty>
    );
  return (
    <Table columns={[words.when, words.who, words.what]}>
      {entries.map((entry) => (
        <tr>
          <td>
            <Moment at={entry.at} reader={reader} />
          </td>
          <td>{actorIn(entry.actor, words)}</td>
          <td>
            {actionIn(entry.action, words)} <span class="soft">{aboutIn(entry, reader)}</span>
          </td>
        </tr>
      ))}
    </Table>
  );
}

/** Pure: `key:arr_Ab12 ERP` → `clé ERP`. */
function actorIn(actor: string, words: ActivityWords): string {
  const [, kind, name = ''] = /^(person|cli|key):(.*)$/s.exec(actor) ?? [];
  if (kind === 'person') return name;
  if (kind === 'cli') return words.commandLine(name);
  if (kind === 'key') return words.key(name);
  if (actor === '') return words.nobody;
  return actor === 'start' ? words.start : actor === 'arrivage' ? words.server : actor;
}

const actionIn = (action: string, { actions }: ActivityWords): string =>
  Object.hasOwn(actions, action) ? actions[action as keyof typeof actions] : action;

/** What an entry names, in the order in which it is told. */
const TOLD = ['email', 'role', 'username', 'name', 'scope', 'dataset', 'version', 'host', 'path', 'syncId', 'address'];

/** Whom or what it was about, why not, and how often. */
function aboutIn({ action, detail }: Entry, { language }: Reader): string {
  const { reason, count } = detail;
  const about = action === 'tenant.set' ? Object.keys(detail) : TOLD.flatMap((name) => plain(detail[name]));
  return [
    ...about,
    ...(typeof reason === 'string' ? [refusalIn(reason, language)] : []),
    ...(typeof count === 'number' ? [activityWords(language).times(number(language, count))] : []),
  ].join(' · ');
}

/** A reason is a code of the catalogue; its text without figures, which the audit does not keep. */
function refusalIn(code: string, language: Language): string {
  const found = Object.hasOwn(catalogue, code) ? catalogue[code as ErrorCode][language] : code;
  return found.replace(/\{\w+\}/g, '…');
}

const plain = (value: unknown): string[] =>
  typeof value === 'string' && value !== '' ? [value] : typeof value === 'number' ? [String(value)] : [];
