import type { ApolloServerPlugin } from '@apollo/server';
import type { DocumentNode, OperationDefinitionNode } from 'graphql';
import { SubgraphError } from '../../errors/SubgraphError.ts';
import type { Admission, Context } from '../../operation/context.ts';
import { type Counts, countRootFields, type Variables } from './countRows.ts';

export interface RequestLimits {
  /** Representations of one operation that are answered. Ten times as many or more are refused as a whole. */
  readonly maxEntities: number;
  /** Certificates that one operation could return. */
  readonly maxRows: number;
  /** Fields, each counted as often as one operation could return it. */
  readonly maxValues: number;
}

/** From this multiple of `maxEntities` on, the whole field is refused. */
const REFUSED_WHOLE = 10;

/** A connection without rows has a cost, too: an object, its arguments, and a call or the wait for one. */
const MAX_CONNECTIONS = 5_000;

/** Checks each operation before it is executed. Resolvers then refuse the parts beyond the limits at their paths, and answer the rest. */
export function admitOperations(limits: RequestLimits): ApolloServerPlugin<Context> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ document, operation, request, contextValue }) {
          // There is no operation: Apollo Server will answer that error.
          if (operation !== undefined) contextValue.admission = admit(document, operation, request.variables ?? {}, limits);
        },
      };
    },
  };
}

/** Undefined: the whole operation is within the limits. */
export function admit(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
  { maxEntities, maxRows, maxValues }: RequestLimits,
): Admission | undefined {
  const counts = countRootFields(document, operation, variables, maxEntities);
  const total = totalOf(counts.values());
  const limits = { rows: maxRows, connections: MAX_CONNECTIONS, values: maxValues };
  const refused = new Map<string, SubgraphError>();
  const answered = new Map<string, number>();
  const spent = { entities: 0, rows: 0, connections: 0, values: 0 };
  for (const [key, count] of counts) {
    const exceeded = SHARED_LIMITS.find((kind) => spent[kind] + count[kind] > limits[kind]);
    if (count.entities > 0 && total.entities >= REFUSED_WHOLE * maxEntities)
      refused.set(key, tooMany('entities', total.entities, maxEntities));
    else if (exceeded !== undefined) refused.set(key, tooMany(exceeded, total[exceeded], limits[exceeded]));
    else {
      for (const kind of SHARED_LIMITS) spent[kind] += count[kind];
      if (spent.entities + count.entities > maxEntities) answered.set(key, maxEntities - spent.entities);
      spent.entities = Math.min(spent.entities + count.entities, maxEntities);
    }
  }
  if (refused.size === 0 && answered.size === 0) return undefined;
  return {
    refusal: (key) => refused.get(key),
    entities: (key) => answered.get(key) ?? Number.POSITIVE_INFINITY,
    beyond: tooMany('entities', total.entities, maxEntities),
  };
}

/** The budgets that root fields share. A root field is admitted if it fits into all of them. */
const SHARED_LIMITS = ['rows', 'connections', 'values'] as const;

const INSTEAD: Readonly<Record<keyof Counts, (asked: number, allowed: number) => string>> = {
  entities: (asked, allowed) =>
    `This operation has ${asked} representations, and ${allowed} are allowed: send them in several operations.`,
  rows: (asked, allowed) =>
    `This operation could return ${asked} certificates, and ${allowed} are allowed: ask for smaller pages with "first" or "last", for fewer lists, or for fewer representations at once.`,
  connections: (asked, allowed) =>
    `This operation asks for ${asked} lists of certificates, and ${allowed} are allowed: ask for fewer aliases, or for fewer representations at once.`,
  values: (asked, allowed) =>
    `This operation could return ${asked} values, and ${allowed} are allowed: ask for fewer fields of each certificate, for smaller pages with "first" or "last", or for fewer lists.`,
};

function tooMany(kind: keyof Counts, asked: number, allowed: number): SubgraphError {
  return new SubgraphError('REQUEST_LIMIT_EXCEEDED', INSTEAD[kind](asked, allowed));
}

function totalOf(counts: Iterable<Counts>): Counts {
  const total = { entities: 0, rows: 0, connections: 0, values: 0 };
  for (const count of counts) {
    total.entities += count.entities;
    total.rows += count.rows;
    total.connections += count.connections;
    total.values += count.values;
  }
  return total;
}
