import { validateHeaderName, validateHeaderValue } from 'node:http';
import { ControlMistake } from './controlMistake.ts';

/** What a value from outside may be, and how a sentence says so. */
export interface Check {
  readonly accepts: string;
  /** A sentence about what is wrong with the value, or null. `field` is how the sentence names it. */
  mistakeIn(value: unknown, field: string): string | null;
}

/** A field that may be left out. */
export interface Optional extends Check {
  readonly optional: true;
}

/** A check for each field of `T` but the one that tells kinds apart. What `T` requires cannot be optional here. */
export type Fields<T> = {
  readonly [Key in Exclude<keyof T, 'kind'>]-?: object extends Pick<T, Key> ? Optional : Check & { readonly optional?: never };
};

type Judge = (value: unknown) => boolean;

/** The longest wait that a timer of Node.js can have. */
const MAX_TIMER_MS = 2_147_483_647;
const MAX_SHOWN = 80;

export function optional(check: Check): Optional {
  return { ...check, optional: true };
}

export function oneOf(...values: readonly (string | number | boolean)[]): Check {
  return leaf(values.map((value) => JSON.stringify(value)).join(', '), (value) => values.some((one) => one === value));
}

export function integer(min: number, max: number = Number.MAX_SAFE_INTEGER): Check {
  const bounds = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  return leaf(`an integer ${bounds}`, (value) => Number.isInteger(value) && isWithin(value, min, max));
}

export const anyInteger = leaf('an integer', Number.isSafeInteger);
export const anyNumber = leaf('a finite number', Number.isFinite);
export const amount = leaf('a number of at least 0', (value) => isWithin(value, 0, Number.MAX_VALUE));
export const wait = leaf(`milliseconds from 0 to ${MAX_TIMER_MS}`, (value) => isWithin(value, 0, MAX_TIMER_MS));
export const text = leaf('a text', (value) => typeof value === 'string');
export const flag = oneOf(true, false);
export const nothing = leaf('null', (value) => value === null);
export const anything = leaf('any value', (value) => value !== undefined);
export const anyObject = leaf('an object', isObject);
export const anyList = leaf('a list', Array.isArray);
export const emptyList = leaf('an empty list', (value) => Array.isArray(value) && value.length === 0);
export const headerValue = leaf('a text that a header can hold', (value) => isHeader('x', value));
export const headers = leaf('an object of headers, each a text', (value) => {
  return isObject(value) && Object.entries(value).every(([name, held]) => isHeader(name, held));
});

export function either(...checks: readonly Check[]): Check {
  const accepts = checks.map((check) => check.accepts).join(', or ');
  return leaf(accepts, (value) => checks.some((check) => check.mistakeIn(value, '') === null));
}

export function listOf(check: Check): Check {
  const accepts = `a list, each item ${check.accepts}`;
  return {
    accepts,
    mistakeIn(value, field) {
      if (!Array.isArray(value)) return mistake(value, field, accepts);
      return firstMistake(value.map((item, at) => () => check.mistakeIn(item, `${field}[${at}]`)));
    },
  };
}

/** An object with these fields and no other. */
export function objectOf<T>(fields: Fields<T>): Check {
  return shapeOf(fields as Readonly<Record<string, Check>>);
}

/** An object whose `kind` says which further fields it has. */
export function byKind<T extends { readonly kind: string }>(
  kinds: {
    readonly [Kind in T['kind']]: Fields<Extract<T, { readonly kind: Kind }>>;
  },
): Check {
  const kind = oneOf(...Object.keys(kinds));
  const accepts = `an object whose "kind" is one of ${kind.accepts}`;
  return {
    accepts,
    mistakeIn(value, field) {
      if (!isObject(value)) return mistake(value, field, accepts);
      const named = value['kind'];
      const wrong = kind.mistakeIn(named, join(field, 'kind'));
      return wrong ?? shapeOf({ kind, ...kinds[named as T['kind']] }).mistakeIn(value, field);
    },
  };
}

/** Throws a ControlMistake about the first value that is not accepted. One alone needs no number. */
export function demandEach(check: Check, values: readonly unknown[]): void {
  for (const [at, value] of values.entries()) demand(check, value, values.length > 1 ? `[${at}]` : '');
}

/** Throws a ControlMistake unless the value is accepted. Without a field, what was sent is meant as a whole. */
export function demand(check: Check, value: unknown, field = ''): void {
  const wrong = check.mistakeIn(value, field);
  if (wrong !== null) throw new ControlMistake(wrong);
}

function shapeOf(fields: Readonly<Record<string, Check & { readonly optional?: boolean }>>): Check {
  const names = Object.keys(fields).map(quote).join(', ');
  const accepts = `an object with ${names || 'no fields'}`;
  return {
    accepts,
    mistakeIn(value, field) {
      if (!isObject(value)) return mistake(value, field, accepts);
      const unknown = Object.keys(value).find((key) => !Object.hasOwn(fields, key));
      if (unknown !== undefined) return `There is no ${quote(join(field, unknown))}. Accepted: ${names}.`;
      return firstMistake(
        Object.entries(fields).map(([name, check]) => () => {
          return value[name] === undefined && check.optional ? null : check.mistakeIn(value[name], join(field, name));
        }),
      );
    },
  };
}

function leaf(accepts: string, isAccepted: Judge): Check {
  return { accepts, mistakeIn: (value, field) => (isAccepted(value) ? null : mistake(value, field, accepts)) };
}

function mistake(value: unknown, field: string, accepts: string): string {
  const subject = field === '' ? 'What was sent' : quote(field);
  return `${subject} ${value === undefined ? 'is missing' : `cannot be ${show(value)}`}. Accepted: ${accepts}.`;
}

function firstMistake(judged: readonly (() => string | null)[]): string | null {
  for (const judge of judged) {
    const wrong = judge();
    if (wrong !== null) return wrong;
  }
  return null;
}

function join(field: string, name: string): string {
  return field === '' ? name : `${field}.${name}`;
}

function quote(name: string): string {
  return JSON.stringify(name);
}

/** As JSON, which has no NaN: in this process one can be sent. */
function show(value: unknown): string {
  const shown = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  return shown.length > MAX_SHOWN ? `${shown.slice(0, MAX_SHOWN)}…` : shown;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isWithin(value: unknown, min: number, max: number): boolean {
  return typeof value === 'number' && value >= min && value <= max;
}

function isHeader(name: string, value: unknown): boolean {
  if (typeof value !== 'string') return false;
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}
