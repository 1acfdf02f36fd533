import type { Source } from '../cache/createCache.ts';
import type { List } from '../certificates/lists.ts';
import type { Operation } from '../certificates/operation.ts';
import { createReadPieces } from './readPieces.ts';
import { createReadRun } from './readRun.ts';
import { Reads } from './reads.ts';
import { WHOLE_LIST } from './spans.ts';

/** Reads a list anew from its begin to its end, and leaves it to later operations of the caller. */
export async function walkList({ listCertificates, heldFor }: Source, list: List, operation: Operation): Promise<void> {
  const reads = new Reads({ listCertificates, operation });
  const readPieces = createReadPieces({ reads, budget: operation.budget });
  const readRun = createReadRun({ readPieces, reads, held: heldFor(operation.caller) });
  await readRun({ list, span: WHOLE_LIST, notBeforeMs: Date.now() });
}
