import type { ApolloServerOptions } from '@apollo/server';
import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Context } from '../operation/context.ts';

type DocumentStore = NonNullable<ApolloServerOptions<Context>['documentStore']>;

const MAX_BYTES = 16 * 1024 * 1024;

/** Memory of a parsed token with its share of the nodes: measured, and rounded up. */
const BYTES_OF_TOKEN = 400;

/**
 * Parsed and validated documents, bounded by the memory that they take. Apollo Server's own store measures them as JSON, which lacks the
 * source text and the tokens: most of the memory.
 */
export function createDocumentStore(): DocumentStore {
  const documents = new LRUCache<string, DocumentNode>({ maxSize: MAX_BYTES, sizeCalculation: (document) => sizeOf(document) });
  return {
    get: async (key) => documents.get(key),
    set: async (key, document) => void documents.set(key, document),
    delete: async (key) => void documents.delete(key),
  };
}

function sizeOf({ loc }: DocumentNode): number {
  let tokens = 1;
  for (let token = loc?.startToken; token; token = token.next ?? undefined) tokens += 1;
  // V8 stores text with one or two bytes per character.
  return tokens * BYTES_OF_TOKEN + 2 * (loc?.source.body.length ?? 0);
}
