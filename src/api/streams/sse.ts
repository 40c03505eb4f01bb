/** Server-sent events as text (WHATWG HTML, section 9.2). */

export interface ServerEvent {
  event: string;
  /** For Last-Event-ID; an event that is not stored has none. */
  id?: number;
  data: unknown;
}

/** JSON has no line ends of its own, so the data is one line. */
export function eventText({ event, id, data }: ServerEvent): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** What keeps a connection from looking dead. */
export const HEARTBEAT = ':\n\n';

/** How long a client waits before it comes back. */
export const retryText = (ms: number): string => `retry: ${ms}\n\n`;
