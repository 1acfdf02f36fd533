import { LRUCache } from 'lru-cache';

/** A whole answer, as it was sent. */
export interface Answer {
  readonly body: Buffer;
  readonly contentType: string;
  readonly operationName: string | undefined;
  /** When the oldest part of it was read from ROMA Connect, in milliseconds since the epoch. */
  readonly readAtMs: number;
}

export interface Answers {
  get(key: string): Answer | undefined;
  keep(key: string, answer: Answer): void;
}

const MAX_BYTES = 16 * 1024 * 1024;

/** One answer must not push out all others. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/** What an entry takes besides its text. */
const ENTRY_BYTES = 500;

/** Whole answers by all that they depend on: who asked, and what. */
export function createAnswers(): Answers {
  const answers = new LRUCache<string, Answer>({
    maxSize: MAX_BYTES,
    maxEntrySize: MAX_ANSWER_BYTES,
    // V8 keeps text in one or two bytes a character.
    sizeCalculation: ({ body }, key) => body.length + 2 * key.length + ENTRY_BYTES,
  });
  return {
    // While there are none, the key need not be hashed: it is as long as the request.
    get: (key) => (answers.size === 0 ? undefined : answers.get(key)),
    keep(key, answer) {
      // Node cuts small buffers out of one of 8 KiB, all of which would be kept.
      const body = Buffer.allocUnsafeSlow(answer.body.length);
      answer.body.copy(body);
      answers.set(key, { ...answer, body });
    },
  };
}
