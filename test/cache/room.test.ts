import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Room } from '../../src/cache/room.ts';

const never = new AbortController().signal;

describe('room for lists that are being read', () => {
  test('is refused at once to what would not fit alone, and the message says what to send instead', async () => {
    const room = new Room(10 * 1024 * 1024, () => {});
    await expect(room.take(11 * 1024 * 1024, never)).rejects.toMatchObject({
      code: 'REQUEST_LIMIT_EXCEEDED',
      message: expect.stringContaining('Page through it without "orderBy"'),
    });
    expect(room.taken).toBe(0);
  });

  test('is waited for in turn: a small list does not pass a large one for ever', async () => {
    const room = new Room(10, () => {});
    const order: string[] = [];
    const first = await room.take(8, never);
    const enter = async (name: string, bytes: number): Promise<void> => {
      const release = await room.take(bytes, never);
      order.push(name);
      release();
    };
    const others = [enter('large', 9), enter('small', 1)];
    first();
    await Promise.all(others);
    expect(order).toEqual(['large', 'small']);
  });

  test('is never exceeded, and everybody is served or leaves, whatever they take, whenever they come and go', async () => {
    const arrival = fc.record({ bytes: fc.integer({ min: 1, max: 12 }), leaves: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.array(arrival, { minLength: 1, maxLength: 20 }), async (scheduler, arrivals) => {
        let most = 0;
        const room: Room = new Room(12, () => {
          most = Math.max(most, room.taken);
        });
        const ends = arrivals.map(async ({ bytes, leaves }, index) => {
          const operation = new AbortController();
          await scheduler.schedule(Promise.resolve(), `arrive ${index}`);
          if (leaves) void scheduler.schedule(Promise.resolve(), `leave ${index}`).then(() => operation.abort());
          try {
            const release = await room.take(bytes, operation.signal);
            await scheduler.schedule(Promise.resolve(), `done ${index}`);
            release();
            return 'served';
          } catch {
            return leaves ? 'left' : 'lost';
          }
        });
        expect(await scheduler.waitFor(Promise.all(ends))).not.toContain('lost');
        expect(most).toBeLessThanOrEqual(12);
        expect(room.taken).toBe(0);
      }),
    );
  });
});
