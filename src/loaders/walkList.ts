import type { Source } from '../cache/createCache.ts';
import type { List } from '../certificates/lists.ts';
import type { Operation } from '../certificates/operation.ts';
import { WHOLE_LIST } from './ranges.ts';
import { createReadRange } from './readRange.ts';
import { Reads } from './reads.ts';

const unmeasured = { walked: () => {} };

/** Reads a list anew from its begin to its end, and leaves it to later operations of the caller. */
export async function walkList({ listCertificates, heldFor }: Source, list: List, operation: Operation): Promise<void> {
  const reads = new Reads({ listCertificates, operation, nowMs: Date.now() });
  const held = heldFor(operation.caller);
  const readRange = createReadRange({ reads, operation, held, meter: unmeasured });
  await readRange({ list, range: WHOLE_LIST, notBeforeMs: Date.now() });
}
