import type { SyncShape } from '../../api/contract/sync-schema.ts';
import { duration, number } from '../frame/format.ts';
import { Moment, OfSync, type Reader } from '../frame/parts.tsx';
import { sumOf } from './sum.ts';
import { todayWords } from '../today/words.ts';

/** Syncs as a table, each a link to its page. */
export function SyncTable({ syncs, tenant, reader }: { syncs: readonly SyncShape[]; tenant: string; reader: Reader }) {
  const { language } = reader;
  const words = todayWords(language);
  return (
    <div class="wide" tabindex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.number}</th>
            <th scope="col">{words.when}</th>
            <th scope="col">{words.cause}</th>
            <th scope="col">{words.state}</th>
            <th {...{ scope: 'col', class: 'number' }}>{words.read}</th>
            <th {...{ scope: 'col', class: 'number' }}>{words.changed}</th>
            <th {...{ scope: 'col', class: 'number' }}>{words.refused}</th>
            <th {...{ scope: 'col', class: 'number' }}>{words.took}</th>
          </tr>
        </thead>
        <tbody>
          {syncs.map((sync) => (
            <tr>
              <th scope="row">
                <a href={`/t/${tenant}/syncs/${sync.id}`} data-row>
                  {sync.id}
                </a>
              </th>
              <td>
                <Moment at={sync.finishedAt ?? sync.startedAt ?? sync.createdAt} reader={reader} />
              </td>
              <td>
                {words.causes[sync.cause] ?? sync.cause}
                {sync.dryRun && ` (${words.trial})`}
              </td>
              <td>
                <OfSync state={sync.state} language={language} />
              </td>
              <td class="number">
                {number(
                  language,
                  sumOf(sync, ({ read }) => read),
                )}
              </td>
              <td class="number">
                {number(
                  language,
                  sumOf(sync, ({ inserted, updated, settled, reopened }) => inserted + updated + settled + reopened),
                )}
              </td>
              <td class="number">
                {number(
                  language,
                  sumOf(sync, ({ rejected }) => rejected),
                )}
              </td>
              <td class="number">
                {sync.startedAt !== null && sync.finishedAt !== null
                  ? duration(language, Date.parse(sync.finishedAt) - Date.parse(sync.startedAt))
                  : ''}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
