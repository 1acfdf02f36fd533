import type { Certificate } from '../certificates/certificate.ts';
import { type ListPage, type ListQuery, MAX_TOTAL } from '../certificates/lists.ts';
import { SubgraphError, type UpstreamDetails } from '../errors/SubgraphError.ts';
import type { HttpAnswer } from '../net/Exchange.ts';
import { readRetryAfterMs } from '../net/retryAfter.ts';
import { toCertificate, type UnknownValue } from './certificate.ts';
import { errorBodyOf, readJson } from './errorBody.ts';
import { type FailureKind, toFailure } from './failureKind.ts';
import { toShownText } from './shownText.ts';

const MAX_MESSAGE_LENGTH = 300;
const MAX_CODE_LENGTH = 64;
const MAX_REQUEST_ID_LENGTH = 128;

export interface Reading {
  readonly query: ListQuery;
  /** When the call was made, in milliseconds since the epoch. */
  readonly askedAtMs: number;
  /** What the request carried, so that an answer which echoes it does not give it away. */
  readonly secrets: () => readonly string[];
  readonly unknownValue: UnknownValue;
}

/** Reads an answer: a page, or throws the SubgraphError that says what it means. */
export function readListPage(answer: HttpAnswer, reading: Reading): ListPage {
  const body = answer.flaw === undefined ? readJson(answer) : undefined;
  if (answer.status !== 200 || body === undefined) throw toError(answer, body, reading);
  // A page may carry fields that this service does not know, but never an `error_code`.
  const page = hasErrorCode(body) ? undefined : toPage(body, reading);
  if (page === undefined) throw toError(answer, body, reading);
  return page;
}

function toPage(body: object, { query, askedAtMs, unknownValue }: Reading): ListPage | undefined {
  const { total, certs } = body as { readonly total?: unknown; readonly certs?: unknown };
  if (typeof total !== 'number' || !Number.isInteger(total) || total < 0 || total > MAX_TOTAL) return undefined;
  // A nil Go slice prints as null, and the Go SDK holds the field optional.
  const wireRows = certs ?? [];
  if (!Array.isArray(wireRows)) return undefined;
  // No rows where the answer itself says that there are some: never an empty list for a failure.
  if (wireRows.length === 0 && query.offset < total) return undefined;
  const rows: (Certificate | null)[] = [];
  // More rows than asked for are an ignored limit; the first ones are those asked for.
  const count = Math.min(wireRows.length, query.limit);
  for (let index = 0; index < count; index++) rows.push(toCertificate(wireRows[index], query.instanceId, unknownValue));
  // `total + 0` because JSON knows -0.
  return Object.freeze({ total: total + 0, rows: Object.freeze(rows), readAtMs: askedAtMs });
}

function hasErrorCode(body: object): boolean {
  const { error_code: code } = body as { readonly error_code?: unknown };
  return (typeof code === 'string' && code.trim() !== '') || (typeof code === 'number' && code !== 0);
}

function toError(answer: HttpAnswer, body: object | undefined, { query, secrets }: Reading): SubgraphError {
  const details = readUpstreamDetails(answer, body, secrets());
  const said = errorBodyOf(body);
  const failure = toFailure(answer.status, said.code, said.message);
  const retryAfterMs = failure.retryable ? retryAfterOf(answer) : undefined;
  return new SubgraphError(failure.kind, toMessage(failure.kind, answer, details, body), {
    retryable: failure.retryable,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    upstream: { ...details, instanceId: query.instanceId },
  });
}

/** What a client may know of an answer. */
export function readUpstreamDetails(
  { status, headers }: Pick<HttpAnswer, 'status' | 'headers'>,
  body: object | undefined,
  secrets: readonly string[],
): UpstreamDetails {
  const said = errorBodyOf(body);
  const errorCode = toShownText(said.code, MAX_CODE_LENGTH, secrets);
  // What a failing server says of itself is for its operators, who find it by the request ID.
  const errorMessage = status >= 500 ? undefined : toShownText(said.message, MAX_MESSAGE_LENGTH, secrets);
  // All official SDKs read X-Request-Id; IAM uses X-IAM-Trace-Id; the gateway repeats it in the body.
  const requestId =
    toShownText(first(headers['x-request-id']), MAX_REQUEST_ID_LENGTH, secrets) ??
    toShownText(first(headers['x-iam-trace-id']), MAX_REQUEST_ID_LENGTH, secrets) ??
    toShownText(said.requestId, MAX_REQUEST_ID_LENGTH, secrets);
  return {
    status,
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(errorMessage === undefined ? {} : { errorMessage }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

/** How long an answer asks to wait. */
export function retryAfterOf({ headers, receivedAtMs }: Pick<HttpAnswer, 'headers' | 'receivedAtMs'>): number | undefined {
  return readRetryAfterMs(first(headers['retry-after']), first(headers['date']), receivedAtMs);
}

function first(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

const MESSAGES: Record<Exclude<FailureKind, 'BAD_USER_INPUT' | 'UPSTREAM_INVALID_RESPONSE'>, string> = {
  UNAUTHENTICATED: 'ROMA Connect did not accept the credentials.',
  FORBIDDEN: 'ROMA Connect does not allow this with these credentials.',
  NOT_FOUND: 'ROMA Connect knows no such instance.',
  UPSTREAM_RATE_LIMITED: 'ROMA Connect asks for fewer requests.',
  UPSTREAM_ERROR: 'ROMA Connect could not answer.',
  UPSTREAM_TIMEOUT: 'ROMA Connect did not get the request in time.',
};

function toMessage(kind: FailureKind, answer: HttpAnswer, { errorMessage }: UpstreamDetails, body: object | undefined): string {
  if (kind === 'BAD_USER_INPUT')
    return `ROMA Connect refused an argument${errorMessage === undefined ? '.' : `: ${errorMessage}`}`;
  if (kind !== 'UPSTREAM_INVALID_RESPONSE') return MESSAGES[kind];
  if (answer.flaw !== undefined) return `ROMA Connect's answer ${answer.flaw}.`;
  if (answer.status >= 300 && answer.status < 400) return 'ROMA Connect answered with a redirect, which is never followed.';
  if (answer.status !== 200) return `ROMA Connect answered with the unexpected status ${answer.status}.`;
  return body === undefined ? "ROMA Connect's answer is not JSON." : "ROMA Connect's answer is not a list of certificates.";
}
