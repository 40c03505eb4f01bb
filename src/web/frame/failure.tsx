import { ArrivageError } from '../../errors.ts';
import { isUnavailable } from '../../db/client.ts';
import { Refused, type Problem } from '../ask.ts';
import type { WebContext } from '../context.ts';
import { page } from './layout.tsx';
import { wordsOf } from './words.ts';

/** A page for whatever went wrong, with what to do; one that is no refusal is logged and only its reference told. */
export function failure(error: unknown, c: WebContext) {
  const problem = problemOf(error, c);
  const words = wordsOf(c.var.language);
  const { status, detail } = problem;
  const [title, hint] =
    status === 404
      ? [words.notFound, words.notFoundHint]
      : status === 503
        ? [words.away, words.awayHint]
        : status >= 500
          ? [words.broken, words.brokenHint(c.var.requestId)]
          : [words.refused, detail];
  return page(c, {
    ...{ title, status, isError: true },
    children: (
      <div class="narrow">
        <h1>{title}</h1>
        <p>{hint}</p>
        <p>
          <a href="/">{words.home}</a>
        </p>
      </div>
    ),
  });
}

function problemOf(error: unknown, c: WebContext): Problem {
  if (error instanceof Refused) return error.problem;
  if (error instanceof ArrivageError)
    return { status: error.entry.http, code: error.code, detail: error.text(c.var.language) };
  if (isUnavailable(error)) return { status: 503, code: 'database_unavailable', detail: '' };
  c.var.options.log.error({ err: error, requestId: c.var.requestId, path: c.req.path }, 'page failed');
  return { status: 500, code: 'internal', detail: '' };
}
