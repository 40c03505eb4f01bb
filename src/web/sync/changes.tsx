import type { ChangeShape } from '../../api/routes/feed.ts';
import { columns, propertyOf, type Column } from '../../model/columns.ts';
import type { Language } from '../../model/tenant.ts';
import type { WebContext } from '../context.ts';
import { wordsOf } from '../frame/words.ts';
import type { SyncFacts } from './facts.ts';
import { syncWords } from './words.ts';

/** Columns by which people know a row. */
const NAMES = ['pieceNumber', 'clientCode', 'name', 'lastName', 'label'] as const;

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
                    {labelOf(column, reader.language)} : <span class="was">{before}</span> → {after}
                  </div>
                ))}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

const labelOf = (column: Column, language: Language): string => column.heading?.[language] ?? syncWords(language).state;

function nameOf({ row, before, key }: ChangeShape): string {
  const known = row ?? before ?? {};
  const named = NAMES.map((name) => known[name]).filter(
    (value): value is string => typeof value === 'string' && value !== '',
  );
  return named.slice(0, 2).join(' · ') || key;
}

/**
 * Columns whose value is another, with both values: those that files have, and the status. Before the sync a row that is changed
 * is known whole; of any other, only what that changed.
 */
function differences({ row, before, change, dataset }: ChangeShape): [column: Column, before: string, after: string][] {
  return columns[dataset]
    .filter((column) => column.heading !== undefined || column.name === 'status')
    .map((column): [Column, string, string] => {
      const property = propertyOf(column);
      return [column, textOf(before?.[property]), textOf(row?.[property])];
    })
    .filter(([column, was, is]) => was !== is && (change === 'updated' || propertyOf(column) in (before ?? {})));
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
