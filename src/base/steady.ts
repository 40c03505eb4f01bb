/**
 * Milliseconds since 1970 by the wall clock as it was when the process started, and by the monotonic clock since: for what
 * lasts within one process. A wall clock that was ahead and is put right would make such waits as long as it was ahead.
 */
export const steadyNow = (): number => performance.timeOrigin + performance.now();
