import { refusals } from '../refusals.ts';
import type { Switches } from '../switches.ts';
import type { Filters } from './filters.ts';
import { filterNames } from './filters.ts';

/** Which rows of a list are asked for. */
export interface Paging {
  readonly offset: number;
  readonly limit: number;
}

export interface ListQuery extends Paging {
  readonly instanceId: string;
  readonly filters: Filters;
}

/** [R] In the version of 2023-06-29; today's page names no default. */
const DEFAULT_LIMIT = 20;
/** Long and Integer, as the table of query parameters calls them [D]. */
const INT64_MAX = 2n ** 63n - 1n;
const INT32_MAX = 2n ** 31n - 1n;
/** No page states a pattern; UUIDs in all examples [A]. */
const INSTANCE_ID = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * The parameters of a query string; the first of several counts. `+` stays a plus: ROMA Connect is documented with `%20` only, and
 * a client that sends `+` for a blank should notice [A].
 */
export function readParameters(search: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const pair of search.split('&')) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const name = decode(at < 0 ? pair : pair.slice(0, at));
    if (!parameters.has(name)) parameters.set(name, at < 0 ? '' : decode(pair.slice(at + 1)));
  }
  return parameters;
}

/** What is asked for, with the silent corrections of the service applied. Throws a Refusal. */
export function readListQuery(parameters: ReadonlyMap<string, string>, switches: Switches): ListQuery {
  const instanceId = parameters.get('instance_id') ?? '';
  if (!INSTANCE_ID.test(instanceId)) throw refusals.badParameter('instance_id');
  return { instanceId, ...readPaging(parameters, switches), filters: readFilters(parameters, switches) };
}

/** `offset` and `limit`, with the silent corrections of the service applied. Throws a Refusal. */
export function readPaging(parameters: ReadonlyMap<string, string>, switches: Pick<Switches, 'maxLimit'>): Paging {
  // [D] "If the offset is less than 0, the value is automatically converted to 0."
  const offset = Math.max(0, readInteger(parameters, 'offset', INT64_MAX) ?? 0);
  // [G] 0 or less becomes the default and more than the maximum becomes the maximum, without an error.
  const asked = readInteger(parameters, 'limit', INT32_MAX) ?? 0;
  const limit = Math.min(asked <= 0 ? DEFAULT_LIMIT : asked, switches.maxLimit);
  return { offset, limit };
}

function readFilters(parameters: ReadonlyMap<string, string>, switches: Switches): Filters {
  const filters: Partial<Record<keyof Filters, string>> = {};
  for (const name of filterNames) {
    const value = parameters.get(name);
    // An empty value is taken as "not set", as Go services do [A].
    if (value === undefined || value === '' || switches.ignoredFilters.includes(name)) continue;
    filters[name] = value;
  }
  // Both are closed sets in the documents [D]; that another value is refused is assumed [A].
  if (filters.type !== undefined && !/^(instance|global)$/.test(filters.type)) throw refusals.badParameter('type');
  if (filters.algorithm_type !== undefined && !/^(RSA|ECC|SM2)$/.test(filters.algorithm_type)) {
    throw refusals.badParameter('algorithm_type');
  }
  return filters;
}

function readInteger(parameters: ReadonlyMap<string, string>, name: string, max: bigint): number | undefined {
  const text = parameters.get(name);
  if (text === undefined) return undefined;
  if (!/^-?\d{1,19}$/.test(text)) throw refusals.badParameter(name);
  const value = BigInt(text);
  if (value > max || value < -max - 1n) throw refusals.badParameter(name);
  return Number(value);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw refusals.malformedQuery(`invalid URL escape in "${text.slice(0, 40)}"`);
  }
}
