import type { ApolloServerOptions } from '@apollo/server';
import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Context } from '../operation/context.ts';

type DocumentStore = NonNullable<ApolloServerOptions<Context>['documentStore']>;

const MAX_BYTES = 16 * 1024 * 1024;

/** What a parsed token takes together with its share of the nodes: measured, and rounded up. */
const BYTES_OF_TOKEN = 400;

/**
 * Documents that were parsed and validated, bounded by the memory that they take. Apollo Server's own store measures them as JSON, where
 * the source text and the tokens, which are most of it, do not appear.
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
  // V8 keeps text in one or two bytes a character.
  return tokens * BYTES_OF_TOKEN + 2 * (loc?.source.body.length ?? 0);
}
