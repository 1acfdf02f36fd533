import type { AnswerFault, Fault } from './Fault.ts';

/** Faults by the name of what happened, for tests to read well. All plain data. */

const error = (status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}): AnswerFault => ({
  kind: 'answer',
  status,
  headers,
  body: { error_code: code, error_msg: message },
});

/** 429 of the gateway [P]; `retryAfter` is seconds or an HTTP date, as text; without it no `Retry-After` is sent. */
export function throttled(retryAfter?: string): AnswerFault {
  const message = 'The throttling threshold has been reached: policy user over ratelimit,limit:10,time:1 second';
  return error(429, 'APIGW.0308', message, retryAfter === undefined ? {} : { 'retry-after': retryAfter });
}

/** Throttling that says 500 [G]. */
export const throttledAsError500: AnswerFault = error(500, 'APIG.9008', 'Too many requests. Try again later.');
/** [D] */
export const systemError: AnswerFault = error(500, 'APIG.9999', 'System error');
/** [P] */
export const backendUnavailable: AnswerFault = error(502, 'APIGW.0202', 'Backend unavailable');
/** [P] */
export const iamUnavailable: AnswerFault = error(503, 'APIGW.0613', 'The IAM service is currently unavailable');
/** [P] */
export const backendTimeout: AnswerFault = error(504, 'APIGW.0203', 'Backend timeout');
/** [D] As after an early revocation. */
export const tokenRefused: AnswerFault = error(401, 'APIG.1002', 'Incorrect token or token resolution failed');
/** [G] */
export const accountFrozen: AnswerFault = error(401, 'APIG.1013', 'The account has been frozen');

/** What a proxy on the way answers. */
export function htmlPage(status: number): AnswerFault {
  return { kind: 'answer', status, contentType: 'text/html', body: `<html><body><h1>${status}</h1></body></html>` };
}

export function redirect(location: string): AnswerFault {
  return { kind: 'answer', status: 302, contentType: null, headers: { location } };
}

export const noContent: AnswerFault = { kind: 'answer', status: 204, contentType: null };
export const emptyBody: AnswerFault = { kind: 'answer', status: 200 };
export const invalidJson: AnswerFault = { kind: 'answer', status: 200, body: '{"total":1,"size":1,"certs":[{]}' };
export const wrongShape: AnswerFault = { kind: 'answer', status: 200, body: { total: 'many', certs: { first: 1 } } };
export const errorWithStatus200: AnswerFault = error(200, 'APIG.9999', 'System error');
/** IAM's own spelling of an error [S]. */
export const iamThrottled: AnswerFault = {
  kind: 'answer',
  status: 429,
  body: { error: { code: 429, message: 'The throttling threshold has been reached', title: 'Too Many Requests' } },
};

export const resetBeforeHeaders: Fault = { kind: 'reset', after: 'nothing' };
export const resetAfterHeaders: Fault = { kind: 'reset', after: 'headers' };
export const resetMidBody: Fault = { kind: 'reset', after: 'halfBody' };
export const hangWithoutHeaders: Fault = { kind: 'hang', after: 'nothing' };
export const truncatedJson: Fault = { kind: 'truncate' };
export const limitIgnored: Fault = { kind: 'page', limit: 1_000_000 };

/** Fewer rows than asked for although there are more. */
export function shortPage(rows: number): Fault {
  return { kind: 'page', limit: rows };
}

/** The page starts so many rows too early: the last rows of the page before come again. */
export function overlappingPage(rows: number): Fault {
  return { kind: 'page', offsetShift: -rows };
}

/** Decompresses to `bytes`, from about a thousandth of that. */
export function gzipBomb(bytes: number): Fault {
  return { kind: 'bloat', bytes, gzip: true };
}

export function tooLargeBody(bytes: number): Fault {
  return { kind: 'bloat', bytes, gzip: false };
}
