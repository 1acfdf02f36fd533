import { LRUCache } from 'lru-cache';
import type { ListPage } from '../certificates/lists.ts';
import { sizeOfRows } from '../certificates/sizeOfRows.ts';
import type { HttpAnswer } from '../net/Exchange.ts';
import { type Reading, readListPage } from './response.ts';

/** Reads an answer. `key`: who asked for what. Throws as `readListPage` does. */
export type ReadPage = (key: string, answer: HttpAnswer, reading: Reading) => ListPage;

/** Each answer for itself. */
export const readEachPage: ReadPage = (_key, answer, reading) => readListPage(answer, reading);

interface KnownPage {
  readonly body: Uint8Array;
  readonly page: ListPage;
}

const MAX_BYTES = 32 * 1024 * 1024;

/**
 * Certificates change rarely: most of what ROMA Connect answers, it has answered before, byte for byte. Such an answer is not decoded
 * again, which is most of what a page costs: its rows are those of before. Nothing old is served that way, for
 * the bytes have just come. Bounded in memory, and kept by caller. An answer with values that have to be counted is not kept.
 */
export function createReadKnownPage(): ReadPage {
  const known = new LRUCache<string, KnownPage>({
    maxSize: MAX_BYTES,
    // Rows with little in them take many times as much as their text.
    sizeCalculation: ({ body, page }, key) => body.byteLength + sizeOfRows(page.rows) + 2 * key.length,
  });
  return (key, answer, reading) => {
    const before = known.get(key);
    if (before !== undefined && answer.status === 200 && Buffer.compare(before.body, answer.body) === 0) {
      const { total, rows } = before.page;
      return { total, rows, readAtMs: reading.askedAtMs };
    }
    let isSpotless = true;
    const unknownValue: Reading['unknownValue'] = (field) => {
      isSpotless = false;
      reading.unknownValue(field);
    };
    const page = readListPage(answer, { ...reading, unknownValue });
    if (!isSpotless) return page;
    // A copy, for the body may be a view of something larger.
    known.set(key, { body: new Uint8Array(answer.body), page });
    return page;
  };
}
