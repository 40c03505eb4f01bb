import type { SyncShape } from '../../api/contract/sync-schema.ts';
import { bytes, duration } from '../frame/format.ts';
import type { Reader } from '../frame/parts.tsx';
import { syncWords } from './words.ts';

type Stage = NonNullable<SyncShape['progress']>['stage'];
const shownStages: readonly Stage[] = ['fetch', 'parse', 'merge', 'commit', 'report'];

/** How far a sync is: each stage done, under way or to come, and the share of what is read. */
export function Progress({ sync, reader }: { sync: SyncShape; reader: Reader }) {
  const words = syncWords(reader.language);
  const { progress, state, durations } = sync;
  const stages = shownStages.filter((stage) => stage !== 'fetch' || sync.fetch);
  const at = progress?.stage === 'waiting' ? 'parse' : progress?.stage;
  const isOpen = state === 'queued' || state === 'running';
  const place = at === undefined ? -1 : stages.indexOf(at);
  return (
    <>
      <ol class="stages">
        {stages.map((stage, i) => {
          const isDone = isOpen
            ? i < place
            : durations[stage] !== undefined || (stage === 'commit' && state === 'applied');
          const isNow = isOpen && i === place;
          const [shape, word] = isDone ? ['▣', words.done] : isNow ? ['◐', words.underWay] : ['▢', words.toCome];
          const ms = durations[stage];
          return (
            <li>
              <span aria-hidden="true">{shape}</span> {words.stages[stage]}
              <span class="unseen"> ({word})</span>
              {ms !== undefined && <span class="soft"> {duration(reader.language, ms)}</span>}
            </li>
          );
        })}
      </ol>
      {isOpen && progress && (
        <p data-say>
          {words.stages[progress.stage]}
          {progress.bytesTotal > 0 && (
            <>
              {' '}
              <progress
                {...{ max: progress.bytesTotal, value: Math.min(progress.bytesDone, progress.bytesTotal) }}
                aria-label={words.stages[progress.stage] ?? ''}
              ></progress>{' '}
              <span class="soft">
                {words.bytes(bytes(reader.language, progress.bytesDone), bytes(reader.language, progress.bytesTotal))}
              </span>
            </>
          )}
          {progress.rowsDone > 0 && <span class="soft"> · {words.rows(progress.rowsDone)}</span>}
        </p>
      )}
    </>
  );
}
