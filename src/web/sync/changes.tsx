import type { ChangeShape } from '../../api/routes/feed.ts';
import type { WebContext } from '../context.ts';
import { wordsOf } from '../frame/words.ts';
import type { SyncFacts } from './facts.ts';
import { syncWords } from './words.ts';

/** Columns by which people know a row. */
const NAMES = ['code', 'pieceNumber', 'name', 'email', 'label'] as const;
/** What is the same for every row, or says nothing to people. */
const HIDDEN = new Set(['key', 'insertedBySync', 'changedBySync', 'rowHash', 'createdAt', 'updatedAt', 'extra']);

/** What a sync changed: what it was, and what it is. */
export function Changes({ sync, changes, hasMoreChanges, reader }: { c: WebContext } & SyncFacts) {
  const words = syncWords(reader.language);
  if (sync.files.length === 0) return <></>;
  return (
    <section aria-labelledby="changes">
      <h2 id="changes">{words.changes}</h2>
      {hasMoreChanges && <p class="soft">{words.firstChanges(changes.length)}</p>}
      {changes.length === 0 ? (
        <p>{words.noChanges}</p>
      ) : (
        <ul class="list">
          {changes.map((change) => (
            <li>
              <span class="soft">{wordsOf(reader.language).datasets[change.dataset]}</span>{' '}
              <strong>{nameOf(change)}</strong> {words.changeKinds[change.change] ?? change.change}
              {change.before !== null &&
                change.row !== null &&
                differences(change).map(([column, before, after]) => (
                  <div>
                    {column} : <span class="was">{before}</span> → {after}
                  </div>
                ))}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function nameOf({ row, before, key }: ChangeShape): string {
  const known = row ?? before ?? {};
  const named = NAMES.map((name) => known[name]).filter(
    (value): value is string => typeof value === 'string' && value !== '',
  );
  return named.slice(0, 2).join(' · ') || key;
}

/** Columns whose value is another, with both values. */
function differences({ row, before }: ChangeShape): [column: string, before: string, after: string][] {
  const columns = [...new Set([...Object.keys(before ?? {}), ...Object.keys(row ?? {})])];
  return columns
    .filter((column) => !HIDDEN.has(column))
    .map((column): [string, string, string] => [column, textOf(before?.[column]), textOf(row?.[column])])
    .filter(([, was, is]) => was !== is);
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
