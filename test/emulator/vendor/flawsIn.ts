import { readFileSync } from 'node:fs';

/** As much of JSON Schema as the vendor's definitions use. */
interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'boolean';
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly maximum?: number;
  readonly maxItems?: number;
  readonly maxLength?: number;
}

const { definitions } = JSON.parse(readFileSync(new URL('definitions.json', import.meta.url), 'utf8')) as {
  readonly definitions: Readonly<Record<string, Schema>>;
};

/** What the value has that the vendor's definition does not allow, unknown properties included; each with its place. */
export function flawsIn(value: unknown, definition: string): string[] {
  const schema = flatten({ $ref: `#/definitions/${definition}` });
  return [...check(value, schema, '')];
}

/** A definition with all that it refers to and consists of, as one. */
function flatten({ $ref, allOf = [], ...own }: Schema): Schema {
  const parts = [...allOf, ...($ref === undefined ? [] : [definitions[$ref.slice('#/definitions/'.length)] ?? {}])].map(
    flatten,
  );
  const all = [own, ...parts];
  const properties = Object.assign({}, ...all.map((part) => part.properties));
  return Object.assign({}, ...all, { properties });
}

function* check(value: unknown, schema: Schema, place: string): Generator<string> {
  if (schema.enum !== undefined && !schema.enum.includes(value)) yield `${place}: ${String(value)} is none of ${schema.enum}`;
  if (schema.type === 'string' && typeof value !== 'string') yield `${place}: no string`;
  if (schema.type === 'boolean' && typeof value !== 'boolean') yield `${place}: no boolean`;
  if (schema.type === 'integer' && !(Number.isInteger(value) && Number(value) <= (schema.maximum ?? Number(value))))
    yield `${place}: no integer, or too large`;
  if (schema.format === 'date-time' && Number.isNaN(Date.parse(String(value)))) yield `${place}: no time`;
  if (schema.maxLength !== undefined && String(value).length > schema.maxLength) yield `${place}: too long`;
  if (schema.type === 'array') {
    if (!Array.isArray(value)) return yield `${place}: no array`;
    if (value.length > (schema.maxItems ?? value.length)) yield `${place}: too many`;
    for (const [at, item] of value.entries()) yield* check(item, schema.items ?? {}, `${place}/${at}`);
  }
  if (schema.properties === undefined || schema.type === 'array') return;
  if (typeof value !== 'object' || value === null) return yield `${place}: no object`;
  for (const [name, inner] of Object.entries(value)) {
    const property = schema.properties[name];
    if (property === undefined) yield `${place}/${name}: not defined`;
    else yield* check(inner, property, `${place}/${name}`);
  }
}
