import {
  amount,
  anyNumber,
  demand,
  either,
  emptyList,
  flag,
  integer,
  listOf,
  nothing,
  objectOf,
  oneOf,
  optional,
  wait,
} from './checks.ts';
import type { FilterName, NameMatch } from './data/filters.ts';
import { filterNames } from './data/filters.ts';
import type { EndpointName } from './requestMatch.ts';
import { endpointCheck } from './requestMatch.ts';

/**
 * Behaviour that the API reference leaves open, and behaviour of the network. Each can be switched while the emulator runs, because this
 * service must work with each value.
 */
export interface Switches {
  /** No document states an order [A]. `unstable` is a new, seeded shuffle for every request. */
  readonly order: 'createTimeDescending' | 'createTimeAscending' | 'unstable';
  /** How `name` and `common_name` are compared: documented nowhere [A]. */
  readonly nameMatch: NameMatch;
  /** A greater `limit` is reduced to it silently [G]; 500 is the maximum in the version of 2023-06-29 [R]. */
  readonly maxLimit: number;
  /** Query parameters that change nothing: "not supported yet" on some sites is assumed to mean ignored [A]. */
  readonly ignoredFilters: readonly FilterName[];
  /** Rows come without `algorithm_type`, "not supported yet" on several sites [S]. */
  readonly algorithmTypeAbsent: boolean;
  /** `certs` of a page without rows; null is how Go prints a nil slice [A]. */
  readonly emptyCerts: readonly never[] | null;
  /** Whether `instance_id=common` may be asked for: 404, or a list of the global certificates [A]. */
  readonly commonInstance: 404 | 'list';
  /** Endpoints that are not there: 404 `APIGW.0101`. Only the list is on every site, as far as is known [A]. */
  readonly missingEndpoints: readonly EndpointName[];
  /** Endpoints that nobody may call: 403. The sibling service has an action of its own for each [G]. */
  readonly forbiddenEndpoints: readonly EndpointName[];
  /** Whether `type`, `instance_id` and `project_id` are left out of details, as in the documented example [D]. */
  readonly bareDetails: boolean;
  /** APIG.1000 is 400 in ROMA Connect's table [R] and 401 in API Gateway's [G]. */
  readonly statusOfMissingToken: 400 | 401;
  /** Waited before each answer. */
  readonly latencyMs: number;
  /** List calls that one caller may make in a second; null = any number. Nothing is published [A]. */
  readonly rateLimitPerSecond: number | null;
  /** Whether a refusal by the rate limit carries `Retry-After`; no document promises it [R]. */
  readonly rateLimitRetryAfter: boolean;
  /** `always` sends gzip even to a client that did not offer to take it. */
  readonly gzip: 'never' | 'whenAccepted' | 'always';
  /** How a body ends: by `Content-Length`, chunks, or the end of the connection. */
  readonly framing: 'contentLength' | 'chunked' | 'untilClose';
  /** How far the emulator's clock is ahead: for the `Date` header, tokens and signatures. */
  readonly clockSkewMs: number;
  /** Tokens of the IAM stub; 24 hours in reality [P]. */
  readonly tokenLifetimeMs: number;
}

export const defaultSwitches: Switches = {
  order: 'createTimeDescending',
  nameMatch: 'contains',
  maxLimit: 500,
  ignoredFilters: [],
  algorithmTypeAbsent: false,
  emptyCerts: [],
  commonInstance: 404,
  missingEndpoints: [],
  forbiddenEndpoints: [],
  bareDetails: false,
  statusOfMissingToken: 401,
  latencyMs: 0,
  rateLimitPerSecond: null,
  rateLimitRetryAfter: true,
  gzip: 'never',
  framing: 'contentLength',
  clockSkewMs: 0,
  tokenLifetimeMs: 24 * 60 * 60 * 1000,
};

const endpoints = listOf(endpointCheck);

const switchesCheck = objectOf<Partial<Switches>>({
  order: optional(oneOf('createTimeDescending', 'createTimeAscending', 'unstable')),
  nameMatch: optional(oneOf('exact', 'contains', 'containsIgnoreCase')),
  maxLimit: optional(integer(1)),
  ignoredFilters: optional(listOf(oneOf(...filterNames))),
  algorithmTypeAbsent: optional(flag),
  emptyCerts: optional(either(emptyList, nothing)),
  commonInstance: optional(oneOf(404, 'list')),
  missingEndpoints: optional(endpoints),
  forbiddenEndpoints: optional(endpoints),
  bareDetails: optional(flag),
  statusOfMissingToken: optional(oneOf(400, 401)),
  latencyMs: optional(wait),
  rateLimitPerSecond: optional(either(amount, nothing)),
  rateLimitRetryAfter: optional(flag),
  gzip: optional(oneOf('never', 'whenAccepted', 'always')),
  framing: optional(oneOf('contentLength', 'chunked', 'untilClose')),
  clockSkewMs: optional(anyNumber),
  tokenLifetimeMs: optional(anyNumber),
});

/** The switches after a change that came from outside. A misspelt switch must not look like one that had no effect. */
export function changeSwitches(current: Switches, change: object): Switches {
  demand(switchesCheck, change);
  return Object.freeze({ ...current, ...change });
}
