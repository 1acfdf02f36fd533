import { SubgraphError, type UpstreamDetails } from '../errors/SubgraphError.ts';
import type { HttpAnswer } from '../net/Exchange.ts';
import { readRetryAfterMs } from '../net/retryAfter.ts';
import type { Decoding, Endpoint, Reading } from './Endpoint.ts';
import { errorBodyOf, readJson } from './errorBody.ts';
import { type FailureKind, toFailure } from './errorTable.ts';
import { toShownText } from './shownText.ts';

const MAX_MESSAGE_LENGTH = 300;
const MAX_CODE_LENGTH = 64;
const MAX_REQUEST_ID_LENGTH = 128;

/** The inputs of reading an answer, besides the answer. */
export interface AnswerReading<Query> extends Decoding<Query> {
  /** Secrets of the request. They are removed from texts of the answer, which may echo them. */
  readonly secrets: () => readonly string[];
}

/** Decodes an answer of an endpoint. Throws a SubgraphError when it is an error or malformed. */
export function readAnswer<Query, Answer extends Reading>(
  endpoint: Endpoint<Query, Answer>,
  answer: HttpAnswer,
  reading: AnswerReading<Query>,
): Answer {
  const flaw = answer.flaw ?? flawOf(answer.body);
  const body = flaw === undefined ? readJson(answer) : undefined;
  // Unknown fields are ignored, except `error_code`: then it is an error.
  const isRefusal = answer.status !== 200 || body === undefined || hasErrorCode(body);
  const read = isRefusal ? refusalAsAnswer(endpoint, answer, body, reading) : endpoint.decode(body, reading);
  if (read === undefined) throw toError(endpoint, flaw === undefined ? answer : { ...answer, flaw }, body, reading);
  return read;
}

/** Enough for 500 rows with 600 values each. */
const MAX_VALUES = 300_000;

/** Shorter bodies can't have so many values. */
const MAX_PLAIN_BYTES = 2 * MAX_VALUES;

const COMMA = 0x2c;

/** Checked before parsing, because short values take thirty times their text in memory, and long to parse. Counts commas: they separate values. */
function flawOf(body: Uint8Array): string | undefined {
  if (body.byteLength <= MAX_PLAIN_BYTES) return undefined;
  let values = 1;
  for (let at = body.indexOf(COMMA); at !== -1; at = body.indexOf(COMMA, at + 1)) {
    values++;
    if (values > MAX_VALUES) return 'has more values than 500 rows can have';
  }
  return undefined;
}

/** With a 5xx status, the rest of the answer is not trusted. */
function refusalAsAnswer<Query, Answer extends Reading>(
  endpoint: Endpoint<Query, Answer>,
  { status }: HttpAnswer,
  body: object | undefined,
  reading: AnswerReading<Query>,
): Answer | undefined {
  return status >= 500 ? undefined : endpoint.decodeRefusal?.(errorBodyOf(body).code, reading);
}

function hasErrorCode(body: object): boolean {
  const { error_code: code } = body as { readonly error_code?: unknown };
  return (typeof code === 'string' && code.trim() !== '') || (typeof code === 'number' && code !== 0);
}

function toError<Query, Answer extends Reading>(
  endpoint: Endpoint<Query, Answer>,
  answer: HttpAnswer,
  body: object | undefined,
  { query, secrets }: AnswerReading<Query>,
): SubgraphError {
  const details = readUpstreamDetails(answer, body, secrets());
  const said = errorBodyOf(body);
  const failure = toFailure(answer.status, said.code, said.message);
  const retryAfterMs = failure.retryable ? retryAfterOf(answer) : undefined;
  const instanceId = endpoint.instanceId(query);
  return new SubgraphError(failure.kind, toMessage(failure.kind, answer, details, body, endpoint.noun), {
    retryable: failure.retryable,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    upstream: { ...details, ...(instanceId !== null && { instanceId }) },
  });
}

/** The part of an answer that clients may see. */
export function readUpstreamDetails(
  { status, headers }: Pick<HttpAnswer, 'status' | 'headers'>,
  body: object | undefined,
  secrets: readonly string[],
): UpstreamDetails {
  const said = errorBodyOf(body);
  const errorCode = toShownText(said.code, MAX_CODE_LENGTH, secrets);
  // The message of a failing server is for its operators, who find it by the request ID.
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

/** The wait that an answer asks for. */
export function retryAfterOf({ headers, receivedAtMs }: Pick<HttpAnswer, 'headers' | 'receivedAtMs'>): number | undefined {
  return readRetryAfterMs(first(headers['retry-after']), first(headers['date']), receivedAtMs);
}

function first(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

const MESSAGES: Record<Exclude<FailureKind, 'BAD_USER_INPUT' | 'UPSTREAM_INVALID_RESPONSE'>, string> = {
  UNAUTHENTICATED: 'ROMA Connect did not accept the credentials.',
  FORBIDDEN: 'ROMA Connect does not allow this with these credentials.',
  NOT_FOUND: 'ROMA Connect knows no such instance. "instances" lists those that there are.',
  UPSTREAM_RATE_LIMITED: 'ROMA Connect asks for fewer requests.',
  UPSTREAM_ERROR: 'ROMA Connect could not answer.',
  UPSTREAM_TIMEOUT: 'ROMA Connect did not get the request in time.',
};

function toMessage(
  kind: FailureKind,
  answer: HttpAnswer,
  { errorMessage }: UpstreamDetails,
  body: object | undefined,
  noun: string,
): string {
  if (kind === 'BAD_USER_INPUT')
    return `ROMA Connect refused an argument${errorMessage === undefined ? '.' : `: ${errorMessage}`}`;
  if (kind !== 'UPSTREAM_INVALID_RESPONSE') return MESSAGES[kind];
  if (answer.flaw !== undefined) return `ROMA Connect's answer ${answer.flaw}.`;
  if (answer.status >= 300 && answer.status < 400) return 'ROMA Connect answered with a redirect, which is never followed.';
  if (answer.status !== 200) return `ROMA Connect answered with the unexpected status ${answer.status}.`;
  return body === undefined ? "ROMA Connect's answer is not JSON." : `ROMA Connect's answer is not ${noun}.`;
}
