import type { ApolloServerPlugin } from '@apollo/server';
import {
  BREAK,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
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
  hangsOnClock(variables: Variables): boolean;
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

/** Of all documents together. */
const MAX_SOURCE_CHARACTERS = 500_000;

/** Of the code of all documents, for each outcome of their conditions. */
const MAX_CODE_BYTES = 32 * 1024 * 1024;

/** What code takes, measured and rounded up: each field as often as fragments write it out. */
const BYTES_OF_CODE = 40_000;
const BYTES_OF_FIELD = 1_000;

/** More would take longer to compile than it saves, and nobody would be answered meanwhile. */
const MAX_COMPILED_FIELDS = 500;

/** Of one document. With ten conditions there are a thousand outcomes, and whoever asks for all of them would push out all others. */
const MAX_OUTCOMES = 16;

/** Fields that say something else as time goes by, though the rows are the same. */
const FIELDS_OF_TIME: ReadonlySet<string> = new Set(['expired', 'daysUntilExpiry']);

/** Conditions that do. */
const CONDITIONS_OF_TIME = ['expired', 'expiresWithinDays'] as const;

/** The code for one outcome of a document's conditions. */
interface Code {
  /** Written out. */
  readonly fields: number;
  run(variables: Variables): Run | undefined;
}

const NO_CODE: Code = { fields: 0, run: () => undefined };

/** Plans are made by graphql-jit, whose answers are graphql-js's: a test compares them for random operations. */
export function createPlans(schema: GraphQLSchema): Plans {
  const bound = { maxSize: MAX_SOURCE_CHARACTERS, sizeCalculation: (_value: unknown, key: string) => key.length };
  const plans = new LRUCache<string, Plan>(bound);
  const codes = new LRUCache<string, Code>({
    maxSize: MAX_CODE_BYTES,
    sizeCalculation: ({ fields }, key) => BYTES_OF_CODE + BYTES_OF_FIELD * fields + 2 * key.length,
  });
  const sources = new LRUCache<string, string>({ ...bound, sizeCalculation: (source) => source.length + 64 });

  function createPlan(document: DocumentNode, operation: OperationDefinitionNode, key: string): Plan {
    const { variableDefinitions = [] } = operation;
    const conditions = conditionsOf(document);
    // graphql-js keeps variables in an ordinary object, where names of its prototype are not what they seem.
    const isPlain = variableDefinitions.every(({ variable }) => !(variable.name.value in Object.prototype));
    const outcomes = new Set<string>();
    const readsClock = hangsOnClock(document);

    function codeFor(variables: Variables): Code {
      const outcome = conditions.map((name) => Number(variables[name])).join('');
      if (!outcomes.has(outcome) && outcomes.size === MAX_OUTCOMES) return NO_CODE;
      outcomes.add(outcome);
      const codeKey = `${outcome} ${key}`;
      const known = codes.get(codeKey);
      if (known !== undefined) return known;
      const code = compile(schema, document, operation, variables);
      codes.set(codeKey, code);
      return code;
    }

    return {
      document,
      operation,
      hangsOnClock: (variables) => readsClock || Object.values(variables).some(holdsConditionOfTime),
      prepare(variables) {
        if (!isPlain) return undefined;
        // By graphql-js: graphql-jit knows no defaults inside of input objects, and words its refusals differently.
        const { coerced } = getVariableValues(schema, variableDefinitions, variables, { maxErrors: 1 });
        if (coerced === undefined || conditions.some((name) => typeof coerced[name] !== 'boolean')) return undefined;
        return codeFor(coerced).run(coerced);
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
    ObjectField({ name }) {
      if (!CONDITIONS_OF_TIME.some((condition) => condition === name.value)) return undefined;
      found = true;
      return BREAK;
    },
  });
  return found;
}

/** A filter is a flat object. */
function holdsConditionOfTime(value: unknown): boolean {
  return typeof value === 'object' && value !== null && CONDITIONS_OF_TIME.some((condition) => Object.hasOwn(value, condition));
}

/** The length says where the name ends, so that no source with something before it is taken for another. */
function toKey(source: string, operationName = ''): string {
  return `${operationName.length} ${operationName}${source}`;
}

/** `outcome`: variables with the values of all conditions. */
function compile(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, outcome: Variables): Code {
  const special = specialise(schema, document, operation, outcome);
  if (special === undefined) return NO_CODE;
  const fields = countFields(special.document);
  if (fields > MAX_COMPILED_FIELDS) return NO_CODE;
  const compiled = compileQuery(schema, special.document, operation.name?.value, { disableLeafSerialization: true });
  if (!isCompiledQuery(compiled)) return NO_CODE;
  return {
    fields,
    run(variables) {
      const complete = special.complete(variables);
      return complete && ((context) => compiled.query(undefined, context, complete));
    },
  };
}

/** As often as fragments write them out. */
function countFields({ definitions }: DocumentNode): number {
  const counts = new Map<string, number>();
  const count = ({ selections }: SelectionSetNode): number => {
    let fields = 0;
    for (const selection of selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) fields += ofFragment(selection.name.value);
      else fields += Number(selection.kind === Kind.FIELD) + (selection.selectionSet ? count(selection.selectionSet) : 0);
    }
    return fields;
  };
  const ofFragment = (name: string): number => {
    const known = counts.get(name);
    if (known !== undefined) return known;
    const fragment = definitions.find((node) => node.kind === Kind.FRAGMENT_DEFINITION && node.name.value === name);
    const fields = fragment?.kind === Kind.FRAGMENT_DEFINITION ? count(fragment.selectionSet) : 0;
    counts.set(name, fields);
    return fields;
  };
  const operation = definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  return operation === undefined ? 0 : count(operation.selectionSet);
}
