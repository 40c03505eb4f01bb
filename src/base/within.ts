/**
 * What the work comes to, or, where that takes longer than `ms`, what `late` returns. The work is not ended by it: nobody
 * hears of its outcome any more, well or not.
 * @param ref whether the wait keeps the process alive where nothing else does
 * @throws what the work throws, and what `late` throws
 */
export async function within<T, L>(
  ms: number,
  work: PromiseLike<T>,
  late: () => L,
  { ref = true }: { ref?: boolean } = {},
): Promise<T | L> {
  let timer: NodeJS.Timeout | undefined;
  const elapsed = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
    if (!ref) timer.unref();
  });
  try {
    return await Promise.race([work, elapsed.then(late)]);
  } finally {
    clearTimeout(timer);
  }
}
