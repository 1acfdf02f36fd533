import type { IncomingHttpHeaders } from 'node:http';

/** The headers that an answer depends on: caches between here and the client must not hand one caller's answer to another, nor JSON to who wants a page. */
export const VARY = 'accept, accept-encoding, x-auth-token, router-authorization';

const JSON_TYPE = /^application\/json\s*(;|$)/i;

export function isJson(contentType = ''): boolean {
  return JSON_TYPE.test(contentType);
}

const PLAIN_JSON_TYPE = /^application\/json(; ?charset=utf-8)?$/i;

/** JSON as nearly all send it: neither compressed nor in another charset. */
export function isPlainJson(headers: IncomingHttpHeaders): boolean {
  return headers['content-encoding'] === undefined && PLAIN_JSON_TYPE.test(headers['content-type'] ?? '');
}
