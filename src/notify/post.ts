import http from 'node:http';
import https from 'node:https';
import { checkedLookup, type Target } from '../outbound/target.ts';

const CONNECT_MS = 5_000;
const TOTAL_MS = 15_000;
/** Bytes taken of the answer's body, which nobody reads. */
const MOST_BYTES = 64 * 1024;

export interface Post {
  url: URL;
  headers: Record<string, string>;
  body: string;
  /** The checked addresses of the URL's host: nothing else is connected to. */
  target: Target;
}

/**
 * POSTs once and gives the status of the answer. A redirect is not followed: its status is the answer.
 * @throws Error where there was none: no connection within 5 s, no answer within 15 s, a refused certificate …
 */
export async function post({ url, headers, body, target }: Post, signal: AbortSignal): Promise<number> {
  const late = AbortSignal.timeout(TOTAL_MS);
  const { request } = url.protocol === 'https:' ? https : http;
  try {
    return await answerTo(
      request(url, {
        method: 'POST',
        headers: { ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' },
        agent: false,
        lookup: checkedLookup(target),
        signal: AbortSignal.any([signal, late]),
      }),
      body,
    );
  } catch (error) {
    throw late.aborted ? new Error(`no answer within ${TOTAL_MS / 1000} s`) : error;
  }
}

function answerTo(request: http.ClientRequest, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const slow = setTimeout(() => {
      request.destroy(new Error(`no connection within ${CONNECT_MS / 1000} s`));
    }, CONNECT_MS);
    const connected = () => clearTimeout(slow);
    request.once('socket', (socket) => {
      socket.once('encrypted' in socket ? 'secureConnect' : 'connect', connected);
      socket.once('close', connected);
    });
    request.once('error', reject);
    // All that is heard of an answer that would change the protocol (101).
    const unanswered = () => reject(new Error('the connection ended without an answer'));
    request.once('close', unanswered);
    request.once('response', (response) => {
      request.off('close', unanswered);
      const answer = () => resolve(response.statusCode ?? 0);
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > MOST_BYTES) response.destroy();
      });
      response.on('error', answer);
      response.on('close', answer);
    });
    request.end(body);
  });
}
