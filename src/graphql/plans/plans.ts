import type { ApolloServerPlugin } from '@apollo/server';
import {
  type DocumentNode,
  type GraphQLSchema,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  visit,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Context } from '../../operation/context.ts';
import type { Variables } from '../limits/countRows.ts';
import { findTooWide } from '../limits/variableLimits.ts';
import { type Compiled, compile, type Executed } from './compile.ts';

/** An operation that Apollo Server has accepted. */
export interface Plan {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** Whether the same rows make another answer as time goes by. */
  hangsOnClock(variables: Variables): boolean;
  /** Undefined when it is for graphql-js or the variables do not fit: what is to be said then, Apollo Server knows. */
  prepare(variables: Variables): Run | undefined;
}

/** An operation with its variables, ready to run. */
export type Run = (context: Context) => Promise<Executed>;

export interface Plans {
  /** Notes which documents pass parsing, validation and every limit on documents. */
  readonly learn: ApolloServerPlugin<Context>;
  /** The plan of a document that has passed before. None for an empty name, which graphql-js refuses. */
  find(source: string, operationName: string | undefined): Plan | undefined;
  /** The document with this SHA-256, in hexadecimal digits, if it has passed before. */
  sourceOf(hash: string): string | undefined;
}

/** Of all plans together. */
const MAX_BYTES = 24 * 1024 * 1024;

/** What they take, measured and rounded up: each node of the document, and each field as often as fragments write it out. */
const BYTES_OF_PLAN = 4_000;
const BYTES_OF_NODE = 400;
const BYTES_OF_FIELD = 1_000;

/** Kept of one document: with ten conditions there are a thousand. */
const MAX_OUTCOMES = 16;

/** Of all documents that can be asked for by their hash. */
const MAX_SOURCE_CHARACTERS = 500_000;

/** Fields that say something else as time goes by, though the rows are the same. */
const FIELDS_OF_TIME: ReadonlySet<string> = new Set(['expired', 'daysUntilExpiry']);

/** Conditions that do. */
const CONDITIONS_OF_TIME = ['expired', 'expiresWithinDays'] as const;

interface KeptPlan extends Plan {
  /** With the outcomes so far. */
  bytes: number;
}

type Outcome = Compiled | typeof FOR_GRAPHQL_JS;

const FOR_GRAPHQL_JS = { fields: 0, execute: undefined } as const;

/** Plans answer as graphql-js does: a test compares them for random operations. */
export function createPlans(schema: GraphQLSchema): Plans {
  const plans = new LRUCache<string, KeptPlan>({
    maxSize: MAX_BYTES,
    sizeCalculation: ({ bytes }, key) => bytes + 2 * key.length,
  });
  const sources = new LRUCache<string, string>({
    maxSize: MAX_SOURCE_CHARACTERS,
    sizeCalculation: (source) => source.length + 64,
  });

  function createPlan(document: DocumentNode, operation: OperationDefinitionNode, key: string): KeptPlan {
    const { variableDefinitions = [] } = operation;
    const { nodes, conditions, readsClock } = study(document);
    // graphql-js keeps variables in an ordinary object, where names of its prototype are not what they seem.
    const isPlain = variableDefinitions.every(({ variable }) => !(variable.name.value in Object.prototype));
    const outcomes = new LRUCache<string, Outcome>({ max: MAX_OUTCOMES });

    function outcomeOf(variables: Variables): Outcome {
      const values = conditions.map((name) => Number(variables[name])).join('');
      const known = outcomes.get(values);
      if (known !== undefined) return known;
      const made = compile(schema, document, operation, variables) ?? FOR_GRAPHQL_JS;
      outcomes.set(values, made);
      plan.bytes = BYTES_OF_PLAN + BYTES_OF_NODE * nodes;
      for (const { fields } of outcomes.values()) plan.bytes += BYTES_OF_FIELD * fields;
      // Its size is looked at only when it is new.
      if (plans.delete(key)) plans.set(key, plan);
      return made;
    }

    const plan: KeptPlan = {
      bytes: BYTES_OF_PLAN + BYTES_OF_NODE * nodes,
      document,
      operation,
      hangsOnClock: (variables) => readsClock || Object.values(variables).some(holdsConditionOfTime),
      prepare(variables) {
        if (!isPlain || findTooWide(operation, variables) !== undefined) return undefined;
        const { coerced } = getVariableValues(schema, variableDefinitions, variables, { maxErrors: 1 });
        if (coerced === undefined || conditions.some((name) => typeof coerced[name] !== 'boolean')) return undefined;
        const { execute } = outcomeOf(coerced);
        return execute && ((context) => execute(context, coerced));
      },
    };
    return plan;
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

    find: (source, operationName) => (operationName === '' ? undefined : plans.get(toKey(source, operationName))),
    sourceOf: (hash) => sources.get(hash),
  };
}

/** What has to be known of a document before its variables are. */
interface Study {
  readonly nodes: number;
  /** The variables that `@skip` and `@include` read. */
  readonly conditions: readonly string[];
  /** Whether the same rows make another answer as time goes by. */
  readonly readsClock: boolean;
}

function study(document: DocumentNode): Study {
  let nodes = 0;
  let readsClock = false;
  const conditions = new Set<string>();
  visit(document, {
    enter(node) {
      nodes++;
      if (node.kind === Kind.FIELD) readsClock ||= FIELDS_OF_TIME.has(node.name.value);
      if (node.kind === Kind.OBJECT_FIELD) readsClock ||= CONDITIONS_OF_TIME.some((condition) => condition === node.name.value);
      if (node.kind !== Kind.DIRECTIVE) return;
      for (const { value } of node.arguments ?? []) if (value.kind === Kind.VARIABLE) conditions.add(value.name.value);
    },
  });
  return { nodes, conditions: [...conditions], readsClock };
}

/** A filter is a flat object. */
function holdsConditionOfTime(value: unknown): boolean {
  return typeof value === 'object' && value !== null && CONDITIONS_OF_TIME.some((condition) => Object.hasOwn(value, condition));
}

/** The length says where the name ends, so that no source with something before it is taken for another. */
function toKey(source: string, operationName = ''): string {
  return `${operationName.length} ${operationName}${source}`;
}
