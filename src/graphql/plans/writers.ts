import {
  type FieldNode,
  GraphQLError,
  GraphQLID,
  type GraphQLLeafType,
  GraphQLString,
  isEnumType,
  type responsePathAsArray,
} from 'graphql';
import { spend } from '../../certificates/turns.ts';
import type { Context } from '../../operation/context.ts';
import { Failure } from './failures.ts';
import type { RowTexts } from './rowTexts.ts';

export type Path = NonNullable<Parameters<typeof responsePathAsArray>[0]>;

/** What one run of a plan shares. */
export interface Execution {
  readonly context: Context;
  /** The variables, coerced. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly failures: Failure[];
  /** Arguments that depend on variables, by the field that has them. */
  readonly args: Map<object, Record<string, unknown>>;
}

/** JSON text; a promise only where something has to be waited for. */
export type Text = string | Promise<string>;

/** Writes a value as it is completed by graphql-js, or throws what that throws. `path` is the value's own. */
export type Write = (value: unknown, path: Path | undefined, execution: Execution) => Text;

/** Writes a field of an object, whose path it gets. */
export type WriteField = (source: object, path: Path | undefined, execution: Execution) => Text;

export const NULL = 'null';

/** Null where that is allowed, and the failure noted; otherwise throws it on. Nodes and path are those of a field or an item. */
export function fail(error: unknown, place: Place, path: Path, { failures }: Execution): string {
  const failure = error instanceof Failure ? error : new Failure(error, place.nodes, path);
  if (!place.isNullable) throw failure;
  failures.push(failure);
  return NULL;
}

export interface Place {
  /** All nodes of the response key. */
  readonly nodes: readonly FieldNode[];
  readonly isNullable: boolean;
}

/** Writes a leaf as its type serialises it. */
export function leaf(type: GraphQLLeafType): Write {
  if (isEnumType(type)) {
    const texts = new Map(type.getValues().map(({ name, value }) => [value, JSON.stringify(name)]));
    return (value) => texts.get(value) ?? JSON.stringify(type.serialize(value));
  }
  // These serialise text as it is.
  const isText = type === GraphQLString || type === GraphQLID;
  return (value) => JSON.stringify(isText && typeof value === 'string' ? value : type.serialize(value));
}

export interface FieldOfObject {
  readonly key: string;
  readonly write: WriteField;
}

/** Writes an object, its fields in order. Waits for fields only after all were begun. */
export function object(fields: readonly FieldOfObject[]): Write {
  if (fields.length === 0) return () => '{}';
  const parts = fields.map(({ key, write }, at) => ({ prefix: `${at === 0 ? '{' : ','}${JSON.stringify(key)}:`, write }));

  function writeRest(
    begun: string,
    first: Promise<string>,
    at: number,
    source: object,
    path: Path | undefined,
    execution: Execution,
  ) {
    const texts: Text[] = [begun, first];
    try {
      for (const { prefix, write } of parts.slice(at + 1)) texts.push(prefix, write(source, path, execution));
    } catch (error) {
      return abandon(texts, error);
    }
    return Promise.all(texts).then((written) => {
      let text = '';
      for (const part of written) text += part;
      return `${text}}`;
    });
  }

  return (source, path, execution) => {
    if (source instanceof Error) throw source;
    let text = '';
    let at = 0;
    for (const { prefix, write } of parts) {
      const value = write(source as object, path, execution);
      text += prefix;
      if (typeof value !== 'string') return writeRest(text, value, at, source as object, path, execution);
      text += value;
      at++;
    }
    return `${text}}`;
  };
}

/** As `write`, but an object that was written before is not written again. For what depends on nothing but the object. */
export function kept(write: Write, texts: RowTexts): Write {
  return (source, path, execution) => {
    if (!execution.context.loaders.reads.hasKnownRows) return write(source, path, execution);
    const known = texts.get(source as object, write);
    if (known !== undefined) return known;
    const text = write(source, path, execution);
    if (typeof text !== 'string') return text;
    const flat = flatten(text);
    texts.keep(source as object, write, flat);
    return flat;
  };
}

const ANYTHING = /^/;

/**
 * V8 keeps text that was put together as a tree of its parts, with four times the room, until something has to look at its characters one
 * after the other, as a regular expression does.
 */
function flatten(text: string): string {
  ANYTHING.test(text);
  return text;
}

/** Writes a list. `cost` is about how many values an item has: others get their turn while a long list is written. */
export function list(item: Write, place: Place, name: string, cost: number): Write {
  const writeItem = (value: unknown, index: number, path: Path | undefined, execution: Execution): Text => {
    const own: Path = { prev: path, key: index, typename: undefined };
    try {
      const text = item(value, own, execution);
      if (typeof text === 'string') return text;
      const safe = text.catch((error: unknown) => fail(error, place, own, execution));
      // Nobody waits for it before the whole list was begun, which may take some turns.
      if (!place.isNullable) safe.catch(() => {});
      return safe;
    } catch (error) {
      return fail(error, place, own, execution);
    }
  };

  return (value, path, execution) => {
    if (value instanceof Error) throw value;
    if (!Array.isArray(value)) throw new GraphQLError(`Expected Iterable, but did not find one for field "${name}".`);
    const texts: Text[] = [];
    let waits = false;
    const writeFrom = (start: number): Promise<void> | undefined => {
      for (let at = start; at < value.length; at++) {
        const turn = spend(cost);
        if (turn !== undefined) return turn.then(() => writeFrom(at));
        const text = writeItem(value[at], at, path, execution);
        waits ||= typeof text !== 'string';
        texts.push(text);
      }
      return undefined;
    };
    const finish = (): Text => (waits ? Promise.all(texts).then(toList) : toList(texts as string[]));
    try {
      const rest = writeFrom(0);
      return rest === undefined ? finish() : rest.then(finish, (error: unknown) => abandon(texts, error));
    } catch (error) {
      if (!waits) throw error;
      return abandon(texts, error);
    }
  };
}

/** Added up, not joined: V8 then copies each character once, when the whole answer is encoded. */
function toList(texts: readonly string[]): string {
  let text = '';
  for (const item of texts) text += text === '' ? item : `,${item}`;
  return `[${text}]`;
}

/** Throws once nothing that was begun is under way, as graphql-js does. */
function abandon(begun: readonly Text[], error: unknown): Promise<string> {
  return Promise.all(begun).then(
    () => Promise.reject(error),
    () => Promise.reject(error),
  );
}
