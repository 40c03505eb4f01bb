import { describe, expect, it, vi } from 'vitest';
import { createGuard } from '../../../src/pull/remote/guard.ts';

describe('the bounds of a connection', () => {
  it('keep nothing of the steps that are over: memory stays flat over a large file', async () => {
    const guard = createGuard(new AbortController().signal, 60_000, () => undefined);
    let most = 0;
    for (let i = 0; i < 6000; i++) {
      await guard.step('READ', 60_000, Promise.resolve(Buffer.alloc(64 * 1024)));
      most = Math.max(most, process.memoryUsage().arrayBuffers);
    }
    guard.release();
    expect(most).toBeLessThan(200 * 1024 * 1024);
  });

  it('the first reason is the one that every step hears, and the connection is closed once', async () => {
    const abort = new AbortController();
    const destroy = vi.fn();
    const guard = createGuard(abort.signal, 60_000, destroy);
    const never = new Promise<never>(() => undefined);
    const under = guard.step('LIST', 60_000, never);
    const [first, second] = [new Error('first'), new Error('second')];
    guard.fail(first);
    guard.fail(second);
    abort.abort(second);
    await expect(under).rejects.toBe(first);
    await expect(guard.step('READ', 60_000, never)).rejects.toBe(first);
    await expect(guard.step('READ', 60_000, Promise.reject(second))).rejects.toBe(first);
    expect(destroy).toHaveBeenCalledOnce();
  });

  it('a signal that was aborted before ends it at once', async () => {
    const reason = new Error('stopped');
    const destroy = vi.fn();
    const guard = createGuard(AbortSignal.abort(reason), 60_000, destroy);
    await expect(guard.step('login', 60_000, Promise.resolve())).rejects.toBe(reason);
    expect(destroy).toHaveBeenCalledOnce();
  });

  it('nothing is timed once it is released', async () => {
    const destroy = vi.fn();
    const guard = createGuard(new AbortController().signal, 1, destroy);
    guard.release();
    guard.fail(new Error('late'));
    expect(destroy).not.toHaveBeenCalled();
    await expect(guard.step('QUIT', 60_000, Promise.resolve('bye'))).resolves.toBe('bye');
  });
});
