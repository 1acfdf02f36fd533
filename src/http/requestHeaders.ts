import type { IncomingHttpHeaders } from 'node:http';

/** The headers that an answer depends on. `Vary` keeps caches from giving one caller's answer to another, or JSON to a browser. */
export const VARY = 'accept, accept-encoding, x-auth-token, router-authorization';

const JSON_TYPE = /^application\/json\s*(;|$)/i;

export function isJson(contentType = ''): boolean {
  return JSON_TYPE.test(contentType);
}

const PLAIN_JSON_TYPE = /^application\/json(; ?charset=utf-8)?$/i;

/** JSON that is neither compressed nor in another charset, as nearly all clients send it. */
export function isPlainJson(headers: IncomingHttpHeaders): boolean {
  return headers['content-encoding'] === undefined && PLAIN_JSON_TYPE.test(headers['content-type'] ?? '');
}
