import { setTimeout as wait } from 'node:timers/promises';

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
    const patience = new AbortController();
    const done = task(item);
    all.push(done);
    const late = wait(patienceMs, undefined, { signal: patience.signal }).catch(() => {});
    await Promise.race([done, late]).finally(() => patience.abort());
  });
  await Promise.all(all);
}
