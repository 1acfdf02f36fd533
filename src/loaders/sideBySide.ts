/** Works on so many items at a time. Resolves when all are done; rejects with the first rejection. */
export async function sideBySide<T>(items: readonly T[], width: number, task: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: Math.min(width, items.length) }, async () => {
      for (const item of queue) await task(item);
    }),
  );
}

/** The same, but an item that takes longer than `patienceMs` goes on and makes way for the next: one that hangs holds up no other. */
export async function sideBySidePatiently<T>(
  items: readonly T[],
  { width, patienceMs }: { readonly width: number; readonly patienceMs: number },
  task: (item: T) => Promise<unknown>,
): Promise<void> {
  const all: Promise<unknown>[] = [];
  await sideBySide(items, width, async (item) => {
    const done = task(item);
    all.push(done);
    await patiently(done, patienceMs);
  });
  await Promise.all(all);
}

/** Resolves when the work is done, or takes too long; rejects as the work does. */
function patiently(work: Promise<unknown>, patienceMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(resolve, patienceMs);
    work.then(
      () => {
        clearTimeout(late);
        resolve();
      },
      (error: unknown) => {
        clearTimeout(late);
        reject(error);
      },
    );
  });
}
