import type { ApolloServerPlugin } from '@apollo/server';
import type { DocumentNode } from 'graphql';
import { Kind, visit } from 'graphql';
import type { Context } from '../operation/context.ts';

/** How long, and for whom, answers may be reused by gateways and clients. */
export interface ReusePolicy {
  /** From the reading of the oldest part on; 0: never. */
  readonly ttlMs: number;
  /** `PRIVATE`: by the caller whose token they were read with. `PUBLIC`: by all. */
  readonly scope: 'PRIVATE' | 'PUBLIC';
}

/**
 * Says with each answer for how long it may still be reused, from the age of what is in it. Apollo Server's own plugin knows only the
 * hints of the schema, and nothing of an age.
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

/** The header of an answer whose oldest part was read at this time; null when there is none, or an error. */
export function toCacheControl({ ttlMs, scope }: ReusePolicy, readAtMs: number | null, nowMs: number): string {
  const seconds = readAtMs === null ? 0 : Math.floor((readAtMs + ttlMs - nowMs) / 1000);
  return seconds > 0 ? `${scope.toLowerCase()}, max-age=${seconds}` : 'no-store';
}

/** The schema with hints that say what this process really does. */
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
