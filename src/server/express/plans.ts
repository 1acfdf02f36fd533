import type { ApolloServerPlugin } from '@apollo/server';
import {
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  getVariableValues,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';
import { LRUCache } from 'lru-cache';
import type { Context } from '../../context/context.ts';

/** A document that Apollo Server has accepted, and the code that was made of it. */
export interface Plan {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** Undefined when the variables do not fit: what is to be said then, Apollo Server knows. */
  coerce(variables: Variables): Variables | undefined;
  /** Takes coerced variables. */
  execute(context: Context, variables: Variables): PromiseLike<ExecutionResult> | ExecutionResult;
}

export type Variables = Readonly<Record<string, unknown>>;

export interface Plans {
  /** Notes which documents pass parsing, validation and every limit on documents. */
  readonly learn: ApolloServerPlugin<Context>;
  /** The plan of a document that has passed before. */
  find(source: string, operationName: string | undefined): Plan | undefined;
}

/** Of all documents together. The code made of one takes some fifty times as much memory as its text. */
const MAX_SOURCE_CHARACTERS = 500_000;

interface Entry {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** Made when the document comes for the second time; null when it cannot be made. */
  plan?: Plan | null;
}

/** Plans are made by graphql-jit, whose answers are graphql-js's: a test compares them for random operations. */
export function createPlans(schema: GraphQLSchema): Plans {
  const entries = new LRUCache<string, Entry>({
    maxSize: MAX_SOURCE_CHARACTERS,
    sizeCalculation: (_entry, key) => key.length,
  });

  return {
    learn: {
      async requestDidStart() {
        return {
          async didResolveOperation({ source, document, operation, request }) {
            if (operation?.operation !== OperationTypeNode.QUERY) return;
            const key = toKey(source, request.operationName);
            if (!entries.has(key)) entries.set(key, { document, operation });
          },
        };
      },
    },

    find(source, operationName) {
      const entry = entries.get(toKey(source, operationName));
      if (entry === undefined) return undefined;
      entry.plan ??= compile(schema, entry, operationName);
      return entry.plan ?? undefined;
    },
  };
}

function toKey(source: string, operationName: string | undefined): string {
  return `${operationName ?? ''}\n${source}`;
}

function compile(schema: GraphQLSchema, { document, operation }: Entry, operationName: string | undefined): Plan | null {
  const compiled = compileQuery(schema, document, operationName);
  if (!isCompiledQuery(compiled)) return null;
  const { variableDefinitions = [] } = operation;
  return {
    document,
    operation,
    // By graphql-js: graphql-jit knows no defaults inside of input objects, and words its refusals differently.
    coerce: (variables) => getVariableValues(schema, variableDefinitions, variables, { maxErrors: 1 }).coerced,
    execute: (context, variables) => compiled.query(undefined, context, variables),
  };
}
