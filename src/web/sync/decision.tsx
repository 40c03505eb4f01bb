import { may, type WebContext } from '../context.ts';
import { share } from '../frame/format.ts';
import { wordsOf } from '../frame/words.ts';
import type { SyncFacts } from './facts.ts';
import { syncWords } from './words.ts';

/** Why a sync is held, and what may be done about it. Nothing is chosen beforehand. */
export function Decision({ c, sync, reader }: { c: WebContext } & SyncFacts) {
  const { language } = reader;
  const words = syncWords(language);
  const { tenant } = c.var;
  const at = `/t/${tenant.id}/syncs/${sync.id}`;
  return (
    <section class="box" aria-labelledby="held">
      <h2 id="held">⚑ {words.held}</h2>
      <h3>{words.why}</h3>
      <ul>
        {sync.guard.map(({ rule, measured, allowed, dataset }) => (
          <li>
            {words.rules[rule](
              share(language, measured),
              share(language, allowed),
              wordsOf(language).datasets[dataset],
            )}
          </li>
        ))}
      </ul>
      {may(tenant.role, 'manage') ? (
        <>
          <h3>{words.whatHappened}</h3>
          <p>{words.wasIncomplete}</p>
          <form method="post" action={`${at}/discard`}>
            <button class="second">{words.discard}</button>
          </form>
          <p></p>
          <p>
            {words.isNews} <span class="soft">{words.isNewsHint}</span>
          </p>
          <p>{words.isRight}</p>
          <form method="post" action={`${at}/approve`}>
            <label class="check">
              <input type="checkbox" name="checked" value="yes" required />
              {words.confirm}
            </label>
            <p></p>
            <button class="danger">{words.approve}</button>
          </form>
        </>
      ) : (
        <p>{words.whoDecides}</p>
      )}
    </section>
  );
}
