import { LRUCache } from 'lru-cache';

/** A whole answer, as it was sent. */
export interface Answer {
  readonly body: string;
  readonly contentType: string;
  readonly operationName: string | undefined;
  /** When the oldest part of it was read from ROMA Connect, in milliseconds since the epoch. */
  readonly readAtMs: number;
}

export interface Answers {
  get(callerKey: string, request: string): Answer | undefined;
  keep(callerKey: string, request: string, answer: Answer): void;
}

const MAX_BYTES = 16 * 1024 * 1024;

/** One answer must not push out all others. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/** Whole answers by caller, so that nobody is sent another's. `request` is all of the request that the answer depends on. */
export function createAnswers(): Answers {
  const answers = new LRUCache<string, Answer>({
    maxSize: MAX_BYTES,
    maxEntrySize: MAX_ANSWER_BYTES,
    // V8 keeps text in one or two bytes a character.
    sizeCalculation: ({ body }, key) => 2 * (body.length + key.length),
  });
  return {
    get: (callerKey, request) => answers.get(`${callerKey} ${request}`),
    keep(callerKey, request, answer) {
      answers.set(`${callerKey} ${request}`, answer);
    },
  };
}
