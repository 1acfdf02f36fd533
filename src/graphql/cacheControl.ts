import type { ApolloServerPlugin } from '@apollo/server';
import type { DocumentNode } from 'graphql';
import { Kind, visit } from 'graphql';
import type { Context } from '../operation/context.ts';

/** How long, and for which callers, gateways and clients may reuse answers. */
export interface ReusePolicy {
  /** Counted from the reading of the oldest part; 0: never. */
  readonly ttlMs: number;
  /** `PRIVATE`: for the caller whose token they were read with. `PUBLIC`: for all callers. */
  readonly scope: 'PRIVATE' | 'PUBLIC';
}

/**
 * Sets `Cache-Control` to how long an answer may still be reused, by the age of its parts. Apollo Server's own plugin uses only the hints of
 * the schema, and does not know the age.
 */
export function cacheControl(policy: ReusePolicy): ApolloServerPlugin<Context> {
  return {
    async requestDidStart() {
      return {
        async willSendResponse({ contextValue, response: { body, http } }) {
          const isWhole = body.kind === 'single' && body.singleResult.errors === undefined;
          const readAtMs = isWhole ? contextValue.loaders.reads.oldestMs : null;
          http.headers.set('cache-control', toCacheControl(policy, readAtMs, Date.now()));
        },
      };
    },
  };
}

/** `Cache-Control` of an answer whose oldest part was read at this time. Null: no part was read, or there is an error. */
export function toCacheControl({ ttlMs, scope }: ReusePolicy, readAtMs: number | null, nowMs: number): string {
  const seconds = readAtMs === null ? 0 : Math.floor((readAtMs + ttlMs - nowMs) / 1000);
  return seconds > 0 ? `${scope.toLowerCase()}, max-age=${seconds}` : 'no-store';
}

/** The schema with this process's reuse time and scope as its hints. */
export function withCacheHints(typeDefs: DocumentNode, { ttlMs, scope }: ReusePolicy): DocumentNode {
  return visit(typeDefs, {
    Directive(node) {
      if (node.name.value !== 'cacheControl') return undefined;
      return {
        ...node,
        arguments: [
          toArgument('maxAge', { kind: Kind.INT, value: String(Math.floor(ttlMs / 1000)) } as const),
          toArgument('scope', { kind: Kind.ENUM, value: scope } as const),
        ],
      };
    },
  });
}

function toArgument<Value>(name: string, value: Value) {
  return { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: name }, value } as const;
}
