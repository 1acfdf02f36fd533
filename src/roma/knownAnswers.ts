import { LRUCache } from 'lru-cache';
import type { HttpAnswer } from '../net/Exchange.ts';
import type { Endpoint, Reading } from './Endpoint.ts';
import { type AnswerReading, readAnswer } from './response.ts';

/** Reads an answer. `key`: who asked for what. Throws as `readAnswer` does. */
export type ReadAnswer = <Query, Answer extends Reading>(
  key: string,
  endpoint: Endpoint<Query, Answer>,
  answer: HttpAnswer,
  reading: AnswerReading<Query>,
) => Answer;

/** Each answer for itself. */
export const readEachAnswer: ReadAnswer = (_key, endpoint, answer, reading) => readAnswer(endpoint, answer, reading);

interface KnownAnswer {
  readonly body: Uint8Array;
  readonly read: Reading;
  readonly bytes: number;
}

/**
 * Certificates change rarely: most of what ROMA Connect answers, it has answered before, byte for byte. Such an answer is not decoded
 * again, which is most of what a page costs: its rows are those of before. Nothing old is served that way, for
 * the bytes have just come. Bounded in memory, and kept by caller. An answer with values that have to be counted is not kept.
 */
export function createReadKnownAnswer(maxBytes: number): ReadAnswer {
  const known = new LRUCache<string, KnownAnswer>({
    maxSize: maxBytes,
    // Rows with little in them take many times as much as their text.
    sizeCalculation: ({ body, bytes }, key) => body.byteLength + bytes + 2 * key.length,
  });
  return (key, endpoint, answer, reading) => {
    const before = known.get(key);
    if (before !== undefined && answer.status === 200 && Buffer.compare(before.body, answer.body) === 0) {
      // The key holds the path: what was read before is of the same endpoint.
      return { ...(before.read as ReturnType<typeof endpoint.decode> & Reading), readAtMs: reading.askedAtMs };
    }
    let isSpotless = true;
    const unknownValue = (field: string): void => {
      isSpotless = false;
      reading.unknownValue(field);
    };
    const read = readAnswer(endpoint, answer, { ...reading, unknownValue });
    if (!isSpotless || answer.status !== 200) return read;
    // A copy, for the body may be a view of something larger.
    known.set(key, { body: new Uint8Array(answer.body), read, bytes: endpoint.bytes(read) });
    return read;
  };
}
