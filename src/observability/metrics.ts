import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import packageJson from '../../package.json' with { type: 'json' };
import type { CacheMeter, SharedStoreMeter } from '../cache/meter.ts';
import type { Ends, ExpiryMeter, LoaderMeter } from '../loaders/meter.ts';
import type { RestMeter, UpstreamState } from '../roma/meter.ts';

export interface Metrics {
  readonly rest: RestMeter;
  readonly loaders: LoaderMeter;
  readonly cache: CacheMeter;
  readonly sharedStore: SharedStoreMeter;
  readonly http: HttpMeter;
  readonly expiry: ExpiryMeter;
  readonly contentType: string;
  /** Prometheus text. */
  print(): Promise<string>;
}

/** What the HTTP edge reports. */
export interface HttpMeter {
  /** One answer was sent. `route` is one of the routes that exist, or `unmatched`. */
  answered(route: string, method: string, status: number, seconds: number): void;
  /** So many errors with a code were in one answer. */
  errors(code: string, count: number): void;
}

// From a page out of the cache to an operation's deadline.
const DURATION_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const PAGES_BUCKETS = [1, 2, 5, 10, 20, 50, 100, 200];
const METHODS = new Set(['GET', 'POST', 'HEAD', 'OPTIONS']);

const MAX_INSTANCES = 200;

/**
 * All metrics of one app, in a registry of its own. Labels have few values: no names that a client chooses, and no IDs but those of the
 * instances that this service looks into (`instanceIds`).
 */
export function createMetrics(instanceIds: readonly string[] = []): Metrics {
  const instances = new Set(instanceIds.slice(0, MAX_INSTANCES));
  const looksInto = (ids: readonly string[]): void => {
    for (const id of ids) if (instances.size < MAX_INSTANCES) instances.add(id);
  };
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];

  const httpDuration = new Histogram({
    name: 'http_server_request_duration_seconds',
    help: 'Time from the arrival of a request to the end of its answer',
    labelNames: ['route', 'method', 'status'],
    buckets: DURATION_BUCKETS,
    registers,
  });
  const romaRequests = new Counter({
    name: 'roma_requests_total',
    help: 'Attempts of REST calls to ROMA Connect, by outcome: ok, an error code, or cancelled (nobody waited for the answer any more)',
    labelNames: ['outcome'],
    registers,
  });
  const iamRequests = new Counter({
    name: 'iam_requests_total',
    help: 'Requests for a token to IAM, by outcome: ok, an error code, or cancelled',
    labelNames: ['outcome'],
    registers,
  });
  const graphqlErrors = new Counter({
    name: 'graphql_errors_total',
    help: 'Errors in answers of GraphQL, by their code',
    labelNames: ['code'],
    registers,
  });
  const instanceUp = new Gauge({
    name: 'roma_instance_up',
    help: '1: the last call that showed the state of the instance was answered; 0: it failed',
    labelNames: ['instance'],
    registers,
  });
  const instanceLastSuccess = new Gauge({
    name: 'roma_instance_last_success_timestamp_seconds',
    help: 'When a list of an instance was read last, in seconds since the epoch',
    labelNames: ['instance'],
    registers,
  });
  new Gauge({ name: 'build_info', help: 'The version that runs', labelNames: ['version'], registers }).set(
    { version: packageJson.version },
    1,
  );
  let upstream: UpstreamState | undefined;
  new Gauge({
    name: 'roma_circuits_open',
    help: 'Open circuits: pairs of a caller and a place at ROMA Connect that keeps failing for it',
    registers,
    collect() {
      this.set(upstream?.openCircuits() ?? 0);
    },
  });
  new Gauge({
    name: 'iam_token_age_seconds',
    help: "Age of the service's own token from IAM; absent when there is none",
    registers,
    collect() {
      const age = upstream?.tokenAgeSeconds();
      if (age === undefined) this.remove();
      else this.set(age);
    },
  });
  const romaDuration = new Histogram({
    name: 'roma_request_duration_seconds',
    help: 'Time of one attempt of a REST call to ROMA Connect',
    buckets: DURATION_BUCKETS,
    registers,
  });
  const romaRetries = new Counter({ name: 'roma_retries_total', help: 'Attempts that repeated a failed one', registers });
  const unknownValues = new Counter({
    name: 'certificates_unknown_values_total',
    help: 'Values of ROMA Connect that the schema does not know and that were answered as null',
    labelNames: ['field'],
    registers,
  });
  const windowsMerged = new Counter({
    name: 'certificates_windows_merged_total',
    help: 'Windows of lists that were served by calls made for others',
    registers,
  });
  const walkPages = new Histogram({
    name: 'certificates_walk_pages',
    help: 'Calls that it took to read a list to its end, or to walk it until everything was found',
    buckets: PAGES_BUCKETS,
    registers,
  });
  const cursorsReanchored = new Counter({
    name: 'certificates_cursor_reanchored_total',
    help: 'Cursors whose row had moved and was found elsewhere',
    registers,
  });
  const cacheRequests = new Counter({
    name: 'certificates_cache_requests_total',
    help: 'Reads of the cache of upstream answers, by result: hit, miss or shared',
    labelNames: ['result'],
    registers,
  });
  const byExpiry = new Gauge({
    name: 'certificates_by_expiry',
    help: 'Certificates that an instance lists, by when they end: each is counted once',
    labelNames: ['instance', 'ends'],
    registers,
  });
  const staleAnswers = new Counter({
    name: 'certificates_stale_answers_total',
    help: 'Upstream answers that were shown beyond their reuse time, for ROMA Connect could not be reached or was failing',
    registers,
  });
  const refreshes = new Counter({
    name: 'certificates_refreshes_total',
    help: 'Readings of what is in use before its reuse time ended, by result: ok, failed, or refused for a token that is no longer good',
    labelNames: ['result'],
    registers,
  });
  for (const result of ['ok', 'failed', 'refused']) refreshes.inc({ result }, 0);
  const sharedReads = new Counter({
    name: 'certificates_shared_cache_requests_total',
    help: 'Reads of the cache that replicas share, by result: hit, miss, failed, or bypassed while it is in trouble',
    labelNames: ['result'],
    registers,
  });
  const sharedWrites = new Counter({
    name: 'certificates_shared_cache_writes_total',
    help: 'Writes to the cache that replicas share, by result: stored, failed, or dropped while it is in trouble or for their size',
    labelNames: ['result'],
    registers,
  });

  // So that a rate can be taken from the start on.
  graphqlErrors.inc({ code: 'INTERNAL_SERVER_ERROR' }, 0);
  for (const outcome of ['ok', 'UPSTREAM_ERROR']) iamRequests.inc({ outcome }, 0);
  for (const result of ['hit', 'miss', 'shared']) cacheRequests.inc({ result }, 0);
  for (const result of ['hit', 'miss', 'bypassed', 'failed']) sharedReads.inc({ result }, 0);
  for (const result of ['stored', 'dropped', 'failed']) sharedWrites.inc({ result }, 0);

  return {
    rest: {
      request(outcome, seconds) {
        romaRequests.inc({ outcome });
        romaDuration.observe(seconds);
      },
      instance(instance, state) {
        if (!instances.has(instance)) return;
        instanceUp.set({ instance }, state === 'failed' ? 0 : 1);
        if (state === 'read') instanceLastSuccess.set({ instance }, Date.now() / 1_000);
      },
      login: (outcome) => iamRequests.inc({ outcome }),
      retry: () => romaRetries.inc(),
      watch(state) {
        upstream = state;
      },
      unknownValue: (field) => unknownValues.inc({ field }),
    },
    loaders: {
      windowsMerged: (count) => windowsMerged.inc(count),
      walked: (pages) => walkPages.observe(pages),
      looksInto,
      cursorReanchored: () => cursorsReanchored.inc(),
    },
    cache: {
      request: (result) => cacheRequests.inc({ result }),
      stale: () => staleAnswers.inc(),
      refresh: (result) => refreshes.inc({ result }),
    },
    expiry: {
      instance(instance, counts) {
        // An instance beyond the first so many would make the labels many, too.
        if (!instances.has(instance)) return;
        for (const ends of ['expired', '7d', '30d', '90d', 'later', 'unknown'] satisfies Ends[]) {
          if (counts === null) byExpiry.remove({ instance, ends });
          else byExpiry.set({ instance, ends }, counts[ends]);
        }
      },
    },
    sharedStore: {
      read: (result) => sharedReads.inc({ result }),
      write: (result) => sharedWrites.inc({ result }),
    },
    http: {
      errors: (code, count) => graphqlErrors.inc({ code }, count),
      answered(route, method, status, seconds) {
        httpDuration.observe({ route, method: METHODS.has(method) ? method : 'other', status }, seconds);
      },
    },
    contentType: registry.contentType,
    print: () => registry.metrics(),
  };
}
