import type { WebContext } from '../context.ts';
import { wordsOf } from './words.ts';

/** Links to the next page, and back to the first one. The filters stay in the address. */
export function Pages({ c, next }: { c: WebContext; next: string | null }) {
  const words = wordsOf(c.var.language);
  const url = new URL(c.req.url);
  const at = (cursor: string | null): string => {
    const query = new URLSearchParams(url.search);
    query.delete('cursor');
    if (cursor !== null) query.set('cursor', cursor);
    return query.size === 0 ? url.pathname : `${url.pathname}?${query.toString()}`;
  };
  const isFirst = !url.searchParams.has('cursor');
  if (isFirst && next === null) return <></>;
  return (
    <nav class="pages" aria-label={words.next}>
      {!isFirst && <a href={at(null)}>{words.first}</a>}
      {next !== null && (
        <a href={at(next)} rel="next">
          {words.next}
        </a>
      )}
    </nav>
  );
}
