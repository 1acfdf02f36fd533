import type { EndpointName } from '../requestMatch.ts';

/** One request and its answer. Plain data; times are milliseconds since the epoch. */
export interface RecordedCall {
  /** Counts from 1 since the last clear. */
  readonly number: number;
  readonly path: EndpointName | 'other';
  readonly method: string;
  /** Path and query as they came. */
  readonly url: string;
  readonly instanceId: string | null;
  readonly certificateId: string | null;
  /** `token:` and its fingerprint, `ak:` and the access key, or `none`. */
  readonly caller: string;
  /** As sent; null when absent or no number. */
  readonly offset: number | null;
  readonly limit: number | null;
  /** Every query parameter other than instance_id, offset and limit. */
  readonly filters: Readonly<Record<string, string>>;
  /** How often this caller has asked this very URL, this time included. */
  readonly attempt: number;
  readonly headerNames: readonly string[];
  /** The headers without credentials. */
  readonly headers: Readonly<Record<string, string>>;
  readonly arrivedAtMs: number;
  /** The fault that was applied to it. */
  readonly fault: string | null;
  /** Null until an answer is sent. */
  readonly status: number | null;
  readonly errorCode: string | null;
  /** Rows on the page answered. */
  readonly rows: number | null;
  /** `gone`: the connection ended before the whole answer was sent and the emulator did not end it. */
  readonly outcome: 'open' | 'sent' | 'cut' | 'gone';
}

/** Calls of the list, unless it says otherwise, counted since the last clear. */
export interface CallSummary {
  readonly total: number;
  readonly byInstance: Readonly<Record<string, number>>;
  readonly byCaller: Readonly<Record<string, number>>;
  /** Keys are `instance caller`, with a blank between. */
  readonly byInstanceAndCaller: Readonly<Record<string, number>>;
  /** Keys are HTTP statuses; calls without an answer are not in here. */
  readonly byStatus: Readonly<Record<string, number>>;
  /** Attempts after the first of the same caller for the same URL. */
  readonly repeated: number;
  /** Calls whose client went away before the answer was complete. */
  readonly clientsGone: number;
  /** Calls of every endpoint, by its name; `other`: for any path that does not exist. */
  readonly byEndpoint: Readonly<Record<string, number>>;
  /** Token requests to the IAM stub. */
  readonly iamCalls: number;
  /** Requests for any path that does not exist. */
  readonly otherCalls: number;
  /** List calls being answered now, and the most at any one time. */
  readonly inFlight: number;
  readonly maxInFlight: number;
}

export interface CallReport extends CallSummary {
  /** Oldest first: the last 10,000. */
  readonly calls: readonly RecordedCall[];
}
