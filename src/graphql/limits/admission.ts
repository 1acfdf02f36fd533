import type { ApolloServerPlugin } from '@apollo/server';
import type { DocumentNode, OperationDefinitionNode } from 'graphql';
import { SubgraphError } from '../../errors/SubgraphError.ts';
import type { Admission, Context } from '../../operation/context.ts';
import { type Counts, countRootFields, type Variables } from './countRows.ts';

export interface RequestLimits {
  /** Representations that one operation is answered; ten times as many are refused as a whole. */
  readonly maxEntities: number;
  /** Certificates that one operation could return. */
  readonly maxRows: number;
  /** Fields, each as often as one operation could answer it. */
  readonly maxValues: number;
}

/** So many times `maxEntities` are no mistake by a few: nothing of them is answered. */
const REFUSED_WHOLE = 10;

/** Connections without rows cost, too: each is an object with its arguments and a call, or the wait for one. */
const MAX_CONNECTIONS = 5_000;

/** Judges each operation before it runs, so that resolvers refuse what goes beyond at its own path, and answer the rest. */
export function admitOperations(limits: RequestLimits): ApolloServerPlugin<Context> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ document, operation, request, contextValue }) {
          // Without an operation there is nothing to judge; Apollo Server is about to say so.
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
  limits: RequestLimits,
): Admission | undefined {
  const { maxEntities, maxRows, maxValues } = limits;
  const counts = countRootFields(document, operation, variables, maxEntities);
  const representations = sum(counts, ({ entities }) => entities);
  const refused = new Map<string, SubgraphError>();
  const answered = new Map<string, number>();
  let entities = 0;
  let rows = 0;
  let connections = 0;
  let values = 0;
  for (const [key, count] of counts) {
    if (count.entities > 0 && representations > REFUSED_WHOLE * maxEntities) {
      refused.set(key, tooManyEntities(representations, maxEntities));
    } else if (rows + count.rows > maxRows) {
      refused.set(
        key,
        tooManyRows(
          sum(counts, (each) => each.rows),
          maxRows,
        ),
      );
    } else if (connections + count.connections > MAX_CONNECTIONS) {
      refused.set(key, tooManyConnections(sum(counts, (each) => each.connections)));
    } else if (values + count.values > maxValues) {
      refused.set(
        key,
        tooManyValues(
          sum(counts, (each) => each.values),
          maxValues,
        ),
      );
    } else {
      values += count.values;
      rows += count.rows;
      connections += count.connections;
      if (entities + count.entities > maxEntities) answered.set(key, maxEntities - entities);
      entities = Math.min(entities + count.entities, maxEntities);
    }
  }
  if (refused.size === 0 && answered.size === 0) return undefined;
  const beyond = tooManyEntities(representations, maxEntities);
  return {
    refusal: (key) => refused.get(key),
    entities: (key) => answered.get(key) ?? Number.POSITIVE_INFINITY,
    beyond,
  };
}

function sum(counts: ReadonlyMap<string, Counts>, of: (counts: Counts) => number): number {
  let total = 0;
  for (const count of counts.values()) total += of(count);
  return total;
}

function tooManyEntities(sent: number, allowed: number): SubgraphError {
  return new SubgraphError(
    'REQUEST_LIMIT_EXCEEDED',
    `This operation has ${sent} representations, and ${allowed} are allowed: send them in several operations.`,
  );
}

function tooManyRows(asked: number, allowed: number): SubgraphError {
  return new SubgraphError(
    'REQUEST_LIMIT_EXCEEDED',
    `This operation could return ${asked} certificates, and ${allowed} are allowed: ask for smaller pages with "first" or "last", for fewer lists, or for fewer representations at once.`,
  );
}

function tooManyValues(asked: number, allowed: number): SubgraphError {
  return new SubgraphError(
    'REQUEST_LIMIT_EXCEEDED',
    `This operation could return ${asked} values, and ${allowed} are allowed: ask for fewer fields of each certificate, for smaller pages with "first" or "last", or for fewer lists.`,
  );
}

function tooManyConnections(asked: number): SubgraphError {
  return new SubgraphError(
    'REQUEST_LIMIT_EXCEEDED',
    `This operation asks for ${asked} lists of certificates, and ${MAX_CONNECTIONS} are allowed: ask for fewer aliases, or for fewer representations at once.`,
  );
}
