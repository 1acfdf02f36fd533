import { LRUCache } from 'lru-cache';
import type { HttpAnswer } from '../net/Exchange.ts';
import type { Endpoint, Reading } from './Endpoint.ts';
import { type AnswerReading, readAnswer } from './response.ts';

/** Reads an answer. `key`: caller and request. Throws as `readAnswer` does. */
export type ReadAnswer = <Query, Answer extends Reading>(
  key: string,
  endpoint: Endpoint<Query, Answer>,
  answer: HttpAnswer,
  reading: AnswerReading<Query>,
) => Answer;

/** Decodes each answer. */
export const readEachAnswer: ReadAnswer = (_key, endpoint, answer, reading) => readAnswer(endpoint, answer, reading);

interface KnownAnswer {
  readonly body: Uint8Array;
  readonly read: Reading;
  readonly bytes: number;
}

/**
 * Certificates change rarely, so most answers equal the last one byte for byte. Such an answer is not decoded again, which is most of the
 * cost of a page: the rows that were decoded before are used. They are not old, because the same bytes have just been received. Kept per
 * caller, and bounded in memory. Answers with unknown values are not kept, because these values are counted.
 */
export function createReadKnownAnswer(maxBytes: number): ReadAnswer {
  const known = new LRUCache<string, KnownAnswer>({
    maxSize: maxBytes,
    // Decoded rows may take many times the memory of their text.
    sizeCalculation: ({ body, bytes }, key) => body.byteLength + bytes + 2 * key.length,
  });
  return (key, endpoint, answer, reading) => {
    const before = known.get(key);
    if (before !== undefined && answer.status === 200 && Buffer.compare(before.body, answer.body) === 0) {
      // The key holds the path, so the kept answer is of the same endpoint.
      return { ...(before.read as ReturnType<typeof endpoint.decode> & Reading), readAtMs: reading.askedAtMs, isKnown: true };
    }
    let isSpotless = true;
    const unknownValue = (field: string): void => {
      isSpotless = false;
      reading.unknownValue(field);
    };
    const read = readAnswer(endpoint, answer, { ...reading, unknownValue });
    if (!isSpotless || answer.status !== 200) return read;
    // A copy, because the body may be a view of a larger buffer.
    known.set(key, { body: new Uint8Array(answer.body), read, bytes: endpoint.bytes(read) });
    return read;
  };
}
