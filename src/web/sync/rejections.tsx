import type { RejectionShape } from '../../api/routes/sync-outcome.ts';
import type { WebContext } from '../context.ts';
import type { SyncFacts } from './facts.ts';
import { sumOf } from './sum.ts';
import { syncWords } from './words.ts';

const EXAMPLES = 3;

type Props = { c: WebContext } & Pick<SyncFacts, 'sync' | 'rejections' | 'reader'>;

/** What was refused: by reason first, with examples; all of it as a file. */
export function Rejections({ c, sync, rejections, reader }: Props) {
  const words = syncWords(reader.language);
  const all = sumOf(sync, ({ rejected }) => rejected);
  const at = `/t/${c.var.tenant.id}/syncs/${sync.id}`;
  if (sync.files.length === 0) return <></>;
  return (
    <section aria-labelledby="refused">
      <h2 id="refused">{words.refusals(all)}</h2>
      {all === 0 ? (
        <p>● {words.noRefusals}</p>
      ) : (
        <>
          <p class="acts">
            <a href={`${at}/rejections.csv`}>{words.csv}</a>
            <a href={`${at}/rejections.xlsx`}>{words.xlsx}</a>
          </p>
          {rejections.length < all && <p class="soft">{words.first(rejections.length, all)}</p>}
          <ul class="list">
            {byReason(rejections).map(([code, those]) => (
              <li>
                <strong>{those[0]?.message ?? code}</strong> ({those.length})
                {those.slice(0, EXAMPLES).map(({ file, line, value, raw }) => (
                  <div>
                    <span class="soft">
                      {file}, {words.line(line)}
                    </span>
                    {value !== null && <> « {value} »</>}
                    <div>
                      <code>{raw}</code>
                    </div>
                  </div>
                ))}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

/** By code and column, the most frequent first. */
function byReason(rejections: readonly RejectionShape[]): [string, RejectionShape[]][] {
  const found = new Map<string, RejectionShape[]>();
  for (const rejection of rejections) {
    const reason = `${rejection.code} ${rejection.column ?? ''}`;
    const those = found.get(reason);
    if (those) those.push(rejection);
    else found.set(reason, [rejection]);
  }
  return [...found].toSorted(([, a], [, b]) => b.length - a.length);
}
