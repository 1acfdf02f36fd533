import { ControlMistake } from './controlMistake.ts';
import type { FilterName, NameMatch } from './data/filters.ts';
import { filterNames } from './data/filters.ts';
import type { EndpointName } from './requestMatch.ts';
import { endpointNames } from './requestMatch.ts';

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

const oneOf =
  (...values: readonly unknown[]) =>
  (value: unknown): boolean =>
    values.includes(value);
const isAmount = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value) && value >= 0;

const areEndpoints = (value: unknown): boolean => Array.isArray(value) && value.every(oneOf(...endpointNames));

const accepts: Record<keyof Switches, (value: unknown) => boolean> = {
  order: oneOf('createTimeDescending', 'createTimeAscending', 'unstable'),
  nameMatch: oneOf('exact', 'contains', 'containsIgnoreCase'),
  maxLimit: (value) => Number.isInteger(value) && isAmount(value) && value !== 0,
  ignoredFilters: (value) => Array.isArray(value) && value.every(oneOf(...filterNames)),
  algorithmTypeAbsent: oneOf(true, false),
  emptyCerts: (value) => value === null || (Array.isArray(value) && value.length === 0),
  commonInstance: oneOf(404, 'list'),
  missingEndpoints: areEndpoints,
  forbiddenEndpoints: areEndpoints,
  bareDetails: oneOf(true, false),
  statusOfMissingToken: oneOf(400, 401),
  latencyMs: isAmount,
  rateLimitPerSecond: (value) => value === null || isAmount(value),
  rateLimitRetryAfter: oneOf(true, false),
  gzip: oneOf('never', 'whenAccepted', 'always'),
  framing: oneOf('contentLength', 'chunked', 'untilClose'),
  clockSkewMs: (value) => typeof value === 'number' && Number.isFinite(value),
  tokenLifetimeMs: (value) => typeof value === 'number' && Number.isFinite(value),
};

/** The switches after a change that came from outside. A misspelt switch must not look like one that had no effect. */
export function changeSwitches(current: Switches, change: object): Switches {
  for (const [name, value] of Object.entries(change)) {
    if (!Object.hasOwn(accepts, name))
      throw new ControlMistake(`There is no switch "${name}". Switches: ${Object.keys(accepts).join(', ')}.`);
    if (!accepts[name as keyof Switches](value))
      throw new ControlMistake(`The switch "${name}" cannot be ${JSON.stringify(value)}.`);
  }
  return Object.freeze({ ...current, ...change });
}
