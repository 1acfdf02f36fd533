/** The headers that an answer depends on: caches between here and the client must not hand one caller's answer to another, nor JSON to who wants a page. */
export const VARY = 'accept, x-auth-token, router-authorization';

const JSON_TYPE = /^application\/json\s*(;|$)/i;

export function isJson(contentType = ''): boolean {
  return JSON_TYPE.test(contentType);
}
