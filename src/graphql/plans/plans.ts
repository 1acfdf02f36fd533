import type { ApolloServerPlugin } from '@apollo/server';
import {
  BREAK,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  getVariableValues,
  type OperationDefinitionNode,
  OperationTypeNode,
  visit,
} from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';
import { LRUCache } from 'lru-cache';
import type { Context } from '../../operation/context.ts';
import { conditionsOf, specialise, type Variables } from './specialise.ts';

/** An operation that Apollo Server has accepted. */
export interface Plan {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** Whether the same rows make another answer as time goes by. */
  readonly hangsOnClock: boolean;
  /** Undefined when there is no code for it or the variables do not fit: what is to be said then, Apollo Server knows. */
  prepare(variables: Variables): Run | undefined;
}

/** An operation with its variables, ready to run. */
export type Run = (context: Context) => PromiseLike<ExecutionResult> | ExecutionResult;

export interface Plans {
  /** Notes which documents pass parsing, validation and every limit on documents. */
  readonly learn: ApolloServerPlugin<Context>;
  /** The plan of a document that has passed before. */
  find(source: string, operationName: string | undefined): Plan | undefined;
  /** The document with this SHA-256, in hexadecimal digits, if it has passed before. */
  sourceOf(hash: string): string | undefined;
}

/** Of all documents together, and again of all outcomes of those with conditions. The code of one takes some fifty times as much memory as its text. */
const MAX_SOURCE_CHARACTERS = 500_000;

/** Fields that say something else as time goes by, though the rows are the same. */
const FIELDS_OF_TIME: ReadonlySet<string> = new Set(['expired', 'daysUntilExpiry']);

/** The code for one outcome of a document's conditions. */
type Code = (variables: Variables) => Run | undefined;

const NO_CODE: Code = () => undefined;

/** Plans are made by graphql-jit, whose answers are graphql-js's: a test compares them for random operations. */
export function createPlans(schema: GraphQLSchema): Plans {
  const bound = { maxSize: MAX_SOURCE_CHARACTERS, sizeCalculation: (_value: unknown, key: string) => key.length };
  const plans = new LRUCache<string, Plan>(bound);
  const codes = new LRUCache<string, Code>(bound);
  const sources = new LRUCache<string, string>({ ...bound, sizeCalculation: (source) => source.length + 64 });

  function createPlan(document: DocumentNode, operation: OperationDefinitionNode, key: string): Plan {
    const { variableDefinitions = [] } = operation;
    const conditions = conditionsOf(document);
    // graphql-js keeps variables in an ordinary object, where names of its prototype are not what they seem.
    const isPlain = variableDefinitions.every(({ variable }) => !(variable.name.value in Object.prototype));
    let unconditional: Code | undefined;

    function codeFor(variables: Variables): Code {
      if (conditions.length === 0) {
        unconditional ??= compile(schema, document, operation, variables);
        return unconditional;
      }
      const outcome = `${conditions.map((name) => Number(variables[name])).join('')} ${key}`;
      const known = codes.get(outcome);
      if (known !== undefined) return known;
      const code = compile(schema, document, operation, variables);
      codes.set(outcome, code);
      return code;
    }

    return {
      document,
      operation,
      hangsOnClock: hangsOnClock(document),
      prepare(variables) {
        if (!isPlain) return undefined;
        // By graphql-js: graphql-jit knows no defaults inside of input objects, and words its refusals differently.
        const { coerced } = getVariableValues(schema, variableDefinitions, variables, { maxErrors: 1 });
        if (coerced === undefined || conditions.some((name) => typeof coerced[name] !== 'boolean')) return undefined;
        return codeFor(coerced)(coerced);
      },
    };
  }

  return {
    learn: {
      async requestDidStart() {
        return {
          async didResolveOperation({ source, queryHash, document, operation, request }) {
            if (operation?.operation !== OperationTypeNode.QUERY) return;
            sources.set(queryHash, source);
            const key = toKey(source, request.operationName);
            if (!plans.has(key)) plans.set(key, createPlan(document, operation, key));
          },
        };
      },
    },

    find: (source, operationName) => plans.get(toKey(source, operationName)),
    sourceOf: (hash) => sources.get(hash),
  };
}

function hangsOnClock(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Field({ name }) {
      if (!FIELDS_OF_TIME.has(name.value)) return undefined;
      found = true;
      return BREAK;
    },
  });
  return found;
}

/** The length says where the name ends, so that no source with something before it is taken for another. */
function toKey(source: string, operationName = ''): string {
  return `${operationName.length} ${operationName}${source}`;
}

/** `outcome`: variables with the values of all conditions. */
function compile(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, outcome: Variables): Code {
  const special = specialise(schema, document, operation, outcome);
  if (special === undefined) return NO_CODE;
  const compiled = compileQuery(schema, special.document, operation.name?.value, { disableLeafSerialization: true });
  if (!isCompiledQuery(compiled)) return NO_CODE;
  return (variables) => {
    const complete = special.complete(variables);
    return complete && ((context) => compiled.query(undefined, context, complete));
  };
}
