import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sideBySide, sideBySidePatiently } from '../../src/loaders/sideBySide.ts';

test('works on each item once, and on no more at a time than it may, whenever they end', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.nat(20), fc.integer({ min: 1, max: 5 }), async (scheduler, count, width) => {
      const items = Array.from({ length: count }, (_, item) => item);
      const done: number[] = [];
      let [now, most] = [0, 0];
      const all = sideBySide(items, width, async (item) => {
        most = Math.max(most, ++now);
        await scheduler.schedule(Promise.resolve(), `item ${item}`);
        now--;
        done.push(item);
      });
      await scheduler.waitFor(all);
      expect(done.sort((a, b) => a - b)).toEqual(items);
      expect(most).toBe(Math.min(count, width));
    }),
  );
});

test('one that hangs makes way for the next, and is waited for in the end', async () => {
  const order: string[] = [];
  let release = () => {};
  const hanging = new Promise<void>((resolve) => {
    release = resolve;
  });
  await sideBySidePatiently(['hangs', 'next', 'last'], { width: 1, patienceMs: 1 }, async (item) => {
    if (item === 'hangs') await hanging;
    if (item === 'last') release();
    order.push(item);
  });
  expect(order).toEqual(['next', 'last', 'hangs']);
});

test('a failure is told', async () => {
  const failing = sideBySidePatiently([1], { width: 1, patienceMs: 60_000 }, () => Promise.reject(new Error('no')));
  await expect(failing).rejects.toThrow('no');
});
