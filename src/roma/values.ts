import { isZeroTime, toDateTime } from '../certificates/dateTime.ts';

/** Called with our name of the field when a row holds a value that this service does not know. */
export type UnknownValue = (field: string) => void;

export function toText(value: unknown, field: string, unknownValue: UnknownValue): string | null {
  if (typeof value === 'string') return value;
  if (value !== undefined && value !== null) unknownValue(field);
  return null;
}

/** Old rows can have no SAN at all, and a nil Go slice prints as null. */
export function toNames(value: unknown, field: string, unknownValue: UnknownValue): readonly string[] {
  if (!Array.isArray(value)) {
    if (value !== undefined && value !== null) unknownValue(field);
    return NO_NAMES;
  }
  const names = value.filter((name) => typeof name === 'string');
  for (let dropped = value.length - names.length; dropped > 0; dropped--) unknownValue(field);
  return Object.freeze(names);
}

const NO_NAMES: readonly string[] = Object.freeze([]);

export function toTime(value: unknown, field: string, unknownValue: UnknownValue): string | null {
  const text = toText(value, field, unknownValue) ?? '';
  // The Go SDK v3 accepts the empty string as "no time", and Go prints its zero time for one that was never set: neither is unknown.
  if (text === '' || text.startsWith('0001-01-01T00:00:00')) return null;
  const time = toDateTime(text);
  if (time === null && !isZeroTime(text)) unknownValue(field);
  return time;
}

/** Absent in the documented examples means false; on some sites a flag is "not supported" (Go SDK v3). */
export function toFlag(value: unknown, field: string, unknownValue: UnknownValue): boolean {
  if (typeof value === 'boolean') return value;
  if (value !== undefined && value !== null) unknownValue(field);
  return false;
}

/** A whole number of 32 bits, as a GraphQL Int. */
export function toInt(value: unknown, field: string, unknownValue: UnknownValue): number | null {
  if (typeof value === 'number' && (value | 0) === value) return value + 0;
  if (value !== undefined && value !== null) unknownValue(field);
  return null;
}
