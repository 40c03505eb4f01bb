import type { WebContext } from './context.ts';
import type { Reader } from './frame/parts.tsx';

/** In whose language and zone a page tells times. */
export const readerOf = (c: WebContext): Reader => ({
  language: c.var.language,
  timeZone: 'Europe/Paris',
  now: c.var.options.now(),
});
