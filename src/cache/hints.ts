import { LRUCache } from 'lru-cache';
import type { Hints } from '../certificates/hints.ts';
import { type List, toListKey } from '../certificates/lists.ts';
import type { Caller } from '../certificates/operation.ts';

/** Where a certificate was seen costs some 200 bytes to remember. */
const MAX_SIGHTINGS = 50_000;

/** Lists of which it is remembered that ROMA Connect ignores their filter, and for how long. */
const MAX_IGNORED_BYTES = 2 * 1024 * 1024;
const IGNORED_MS = 300_000;

/** A length decides only how something is looked for; a permission may be given at any time. */
const MAX_LENGTHS = 10_000;
const MAX_LACKING = 10_000;
const LACKING_MS = 300_000;

/** The hints of all callers. Every key begins with the caller's. */
export class AllHints {
  readonly #sightings = new LRUCache<string, string>({ max: MAX_SIGHTINGS });
  readonly #ignored = new LRUCache<string, true>({
    maxSize: MAX_IGNORED_BYTES,
    sizeCalculation: (_is, key) => 2 * key.length + 100,
    ttl: IGNORED_MS,
  });
  readonly #lengths = new LRUCache<string, number>({ max: MAX_LENGTHS });
  readonly #lacking = new LRUCache<string, true>({ max: MAX_LACKING, ttl: LACKING_MS });

  noteLength(caller: Caller, list: List, rows: number): void {
    this.#lengths.set(keyOf(caller, list), rows);
  }

  of(caller: Caller): Hints {
    return {
      noteIgnored: (list) => void this.#ignored.set(keyOf(caller, list), true),
      isIgnored: (list) => this.#ignored.has(keyOf(caller, list)),
      lengthOf: (list) => this.#lengths.get(keyOf(caller, list)),
      noteLacksDetails: () => void this.#lacking.set(caller.key, true),
      lacksDetails: () => this.#lacking.has(caller.key),
      lastSeenIn: (id) => this.#sightings.get(`${caller.key} ${id}`),
      sawIn: (id, instanceId) => void this.#sightings.set(`${caller.key} ${id}`, instanceId),
    };
  }
}

function keyOf(caller: Caller, list: List): string {
  return `${caller.key} ${toListKey(list)}`;
}
