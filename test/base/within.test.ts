import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { within } from '../../src/base/within.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = new Promise<never>(() => undefined);

describe('waiting at most so long', () => {
  it('gives what the work comes to, and leaves no timer behind', async () => {
    expect(await within(1000, Promise.resolve('done'), () => 'late')).toBe('done');
    await expect(within(1000, Promise.reject(new Error('broken')), () => 'late')).rejects.toThrow('broken');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('gives what is said for late work, or throws it, and not before its time', async () => {
    let said: unknown;
    void within(1000, never, () => 'late').then((outcome) => (said = outcome));
    await vi.advanceTimersByTimeAsync(999);
    expect(said).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    expect(said).toBe('late');
    const refused = within(1000, never, () => {
      throw new Error('no answer');
    });
    const thrown = expect(refused).rejects.toThrow('no answer');
    await vi.advanceTimersByTimeAsync(1000);
    await thrown;
  });

  it('hears nothing of work that fails once it is late', async () => {
    let fail: (error: Error) => void = () => undefined;
    const work = new Promise<never>((_, reject) => (fail = reject));
    const outcome = within(1000, work, () => 'late');
    await vi.advanceTimersByTimeAsync(1000);
    fail(new Error('too late to matter'));
    expect(await outcome).toBe('late');
    vi.useRealTimers();
    // An unhandled rejection is told at the end of the turn, and fails the run.
    await new Promise((resolve) => setImmediate(resolve));
  });
});
