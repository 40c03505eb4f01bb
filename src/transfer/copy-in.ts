import type { Inbound } from './inbound.ts';

/**
 * Takes a stream in to its end, and commits it: what every door does that reads rather than being written to (a request's
 * body, a dropped file, a file of a remote server). Whatever fails ends the transfer before it is thrown on.
 * @param isWhole is asked at the stream's end, before the commit: it throws where what came is not the whole file
 * @throws what the stream, `isWhole` and the transfer throw
 */
export async function copyIn(
  inbound: Inbound,
  chunks: AsyncIterable<Uint8Array>,
  isWhole: () => void | Promise<void> = () => undefined,
): Promise<void> {
  try {
    for await (const chunk of chunks) await inbound.write(chunk);
    await isWhole();
    await inbound.commit();
  } catch (error) {
    await inbound.abandon(error instanceof Error ? error.message : String(error));
    throw error;
  }
}
