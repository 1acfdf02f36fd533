import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getArgumentValues,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js';
import type { Context } from '../../operation/context.ts';
import type { Variables } from '../limits/countRows.ts';
import type { Failure } from './failures.ts';
import { RowTexts } from './rowTexts.ts';
import {
  type Execution,
  type FieldOfObject,
  fail,
  kept,
  leaf,
  list,
  NULL,
  object,
  type Path,
  type Place,
  type Write,
  type WriteField,
} from './writers.ts';

/** An operation for one outcome of its conditions, as closures over the schema: what graphql-js finds out for each value is decided before. */
export interface Compiled {
  /** How many fields it has, with fragments written out. */
  readonly fields: number;
  execute(context: Context, variables: Variables): Promise<Executed>;
}

export interface Executed {
  /** As JSON text. */
  readonly data: string;
  readonly failures: readonly Failure[];
}

/** Fragments that write out more are better found out as they are met. */
const MAX_FIELDS = 2_000;

/** Resolvers that look at nothing but the object. */
const FIELDS_OF_OBJECT: ReadonlySet<string> = new Set(['Certificate.instance']);

/** What a call of a resolver takes, in values. */
const CALL_COST = 20;

const texts = new RowTexts();

/** Undefined: there is something in it that only graphql-js does. `variables` are coerced, and have the value of each condition. */
export function compile(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
): Compiled | undefined {
  const compiler = new Compiler(schema, document, operation, variables);
  let write: Write;
  try {
    write = compiler.operation();
  } catch (error) {
    if (error instanceof Unplanned) return undefined;
    throw error;
  }
  return {
    fields: compiler.fields,
    async execute(context, coerced) {
      const execution: Execution = { context, variables: coerced, failures: [], args: new Map() };
      try {
        return { data: await write({}, undefined, execution), failures: execution.failures };
      } catch (error) {
        // A root field that must not be null is. What fails after that is not told, as in graphql-js.
        return { data: NULL, failures: [...execution.failures, error as Failure] };
      }
    },
  };
}

/** What this does not do, and graphql-js does. */
class Unplanned extends Error {}

/** A writer, and what is known of it. */
interface Written {
  readonly write: Write;
  /** Whether an object has one text for everybody at any time. */
  readonly isFixed: boolean;
  /** About how many values it writes. */
  readonly cost: number;
}

interface WrittenField extends Omit<Written, 'write'> {
  readonly write: WriteField;
}

interface FieldPlace extends Place {
  readonly parentType: GraphQLObjectType;
  readonly field: GraphQLField<unknown, unknown>;
  readonly key: string;
}

class Compiler {
  /** How many fields were compiled so far. */
  fields = 0;
  readonly #schema: GraphQLSchema;
  readonly #operation: OperationDefinitionNode;
  readonly #fragments: Record<string, FragmentDefinitionNode>;
  readonly #variables: Variables;

  constructor(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: Variables) {
    this.#schema = schema;
    this.#operation = operation;
    this.#variables = variables;
    this.#fragments = Object.create(null);
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.#fragments[definition.name.value] = definition;
    }
  }

  operation(): Write {
    const type = this.#schema.getQueryType();
    if (type == null) throw new Unplanned();
    const { selectionSet } = this.#operation;
    return this.#object(type, collectFields(this.#schema, this.#fragments, this.#variables, type, selectionSet)).write;
  }

  #object(type: GraphQLObjectType, fields: ReadonlyMap<string, readonly FieldNode[]>): Written {
    const written: FieldOfObject[] = [];
    let isFixed = true;
    let cost = 1;
    for (const [key, nodes] of fields) {
      const field = this.#field(type, key, nodes);
      written.push({ key, write: field.write });
      isFixed &&= field.isFixed;
      cost += field.cost;
    }
    const write = object(written);
    return { write: isFixed && type.name === 'Certificate' ? kept(write, texts) : write, isFixed, cost };
  }

  #field(parentType: GraphQLObjectType, key: string, nodes: readonly FieldNode[]): WrittenField {
    this.fields++;
    if (this.fields > MAX_FIELDS) throw new Unplanned();
    const name = nodes[0]?.name.value ?? '';
    if (name === '__typename') return { write: constant(JSON.stringify(parentType.name)), isFixed: true, cost: 1 };
    const field = parentType.getFields()[name];
    // Introspection.
    if (field === undefined) throw new Unplanned();
    const place: FieldPlace = { parentType, field, key, nodes, isNullable: !isNonNullType(field.type) };
    const { write, isFixed, cost } = this.#value(field.type, place);
    if (field.resolve === undefined) {
      return { write: isLeafType(unwrapped(field.type)) ? leafProperty(place, write) : property(place, write), isFixed, cost };
    }
    return {
      write: this.#resolved(place, field.resolve, write),
      isFixed: isFixed && FIELDS_OF_OBJECT.has(nameOf(place)),
      cost: cost + CALL_COST,
    };
  }

  #resolved(place: FieldPlace, resolve: NonNullable<FieldPlace['field']['resolve']>, write: Write): WriteField {
    const argsOf = this.#arguments(place);
    return (source, parentPath, execution) => {
      const path = pathOf(place, parentPath);
      try {
        const value = resolve(source, argsOf(execution), execution.context, this.#info(place, path, execution));
        const text = isPromise(value)
          ? value.then((resolved) => write(resolved, path, execution))
          : write(value, path, execution);
        return typeof text === 'string' ? text : text.catch((error: unknown) => fail(error, place, path, execution));
      } catch (error) {
        return fail(error, place, path, execution);
      }
    };
  }

  /** By graphql-js, once for a plan or, with variables, once for a run. */
  #arguments({ field, nodes: [node] }: FieldPlace): (execution: Execution) => Record<string, unknown> {
    if (node === undefined || field.args.length === 0) return () => NO_ARGUMENTS;
    if (!hasVariables(node)) {
      const args = getArgumentValues(field, node);
      return () => args;
    }
    return ({ variables, args }) => {
      const known = args.get(node);
      if (known !== undefined) return known;
      const read = getArgumentValues(field, node, variables);
      args.set(node, read);
      return read;
    };
  }

  /** Without the abort signal that graphql-js adds: operations here have one of their own. */
  #info({ parentType, field, nodes }: FieldPlace, path: Path, { variables }: Execution): GraphQLResolveInfo {
    return {
      fieldName: field.name,
      fieldNodes: nodes,
      returnType: field.type,
      parentType,
      path,
      schema: this.#schema,
      fragments: this.#fragments,
      rootValue: undefined,
      operation: this.#operation,
      variableValues: variables,
    } as Omit<GraphQLResolveInfo, 'getAbortSignal' | 'getAsyncHelpers'> as GraphQLResolveInfo;
  }

  #value(type: GraphQLOutputType, place: FieldPlace): Written {
    if (isNonNullType(type)) {
      const inner = this.#present(type.ofType, place);
      const { write } = inner;
      const present: Write = (value, path, execution) => {
        if (value == null) throw new Error(`Cannot return null for non-nullable field ${nameOf(place)}.`);
        return write(value, path, execution);
      };
      return { ...inner, write: present };
    }
    const inner = this.#present(type, place);
    const { write } = inner;
    return { ...inner, write: (value, path, execution) => (value == null ? NULL : write(value, path, execution)) };
  }

  /** For values that are not null. */
  #present(type: GraphQLOutputType, place: FieldPlace): Written {
    if (isLeafType(type)) return { write: leaf(type), isFixed: true, cost: 1 };
    if (isListType(type)) {
      const item = this.#value(type.ofType, place);
      const itemPlace = { nodes: place.nodes, isNullable: !isNonNullType(type.ofType) };
      return { ...item, write: list(item.write, itemPlace, nameOf(place), item.cost) };
    }
    if (isAbstractType(type)) return this.#abstract(type, place);
    if (isObjectType(type)) return this.#object(type, this.#below(type, place));
    throw new Unplanned();
  }

  #abstract(type: GraphQLAbstractType, place: FieldPlace): Written {
    const possible = this.#schema.getPossibleTypes(type);
    const writers = new Map(possible.map((each) => [each.name, this.#object(each, this.#below(each, place))]));
    return {
      isFixed: false,
      cost: Math.max(0, ...[...writers.values()].map(({ cost }) => cost)),
      write: (value, path, execution) => {
        if (value instanceof Error) throw value;
        const info = this.#info(place, path as Path, execution);
        const writer = writers.get(String(type.resolveType?.(value, execution.context, info, type)));
        if (writer === undefined) throw new Error(`An object of ${type.name} is of no type that it has.`);
        return writer.write(value, path, execution);
      },
    };
  }

  #below(type: GraphQLObjectType, { nodes }: FieldPlace): ReadonlyMap<string, readonly FieldNode[]> {
    return collectSubfields(this.#schema, this.#fragments, this.#variables, type, nodes);
  }
}

const NO_ARGUMENTS: Record<string, unknown> = {};

function constant(text: string): WriteField {
  return () => text;
}

/** A leaf that an object has as its own property. */
function leafProperty(place: FieldPlace, write: Write): WriteField {
  const { name } = place.field;
  return (source, parentPath, execution) => {
    try {
      return write((source as Record<string, unknown>)[name], undefined, execution);
    } catch (error) {
      return fail(error, place, pathOf(place, parentPath), execution);
    }
  };
}

/** An object or a list that an object has as its own property. */
function property(place: FieldPlace, write: Write): WriteField {
  const { name } = place.field;
  return (source, parentPath, execution) => {
    const path = pathOf(place, parentPath);
    try {
      const text = write((source as Record<string, unknown>)[name], path, execution);
      return typeof text === 'string' ? text : text.catch((error: unknown) => fail(error, place, path, execution));
    } catch (error) {
      return fail(error, place, path, execution);
    }
  };
}

function pathOf({ key, parentType }: FieldPlace, prev: Path | undefined): Path {
  return { prev, key, typename: parentType.name };
}

function nameOf({ parentType, field }: FieldPlace): string {
  return `${parentType.name}.${field.name}`;
}

function unwrapped(type: GraphQLOutputType): GraphQLOutputType {
  return isNonNullType(type) ? type.ofType : type;
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

function hasVariables({ arguments: values = [] }: FieldNode): boolean {
  let found = false;
  for (const value of values) {
    visit(value, {
      Variable() {
        found = true;
      },
    });
  }
  return found;
}
