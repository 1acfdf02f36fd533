/**
 * RFC 3986 percent-encoding of UTF-8: only `A-Za-z0-9-_.~` stay bare. `encodeURIComponent` also leaves `!'()*` bare, but the
 * signature that ROMA Connect computes has them encoded ("API Request Signing Guide"; `AKSKSigner.urlEncode` of the Node SDK), and a
 * query must be signed exactly as it is sent.
 *
 * The text must be well-formed: a lone surrogate has no UTF-8 form, and `encodeURIComponent` throws a URIError on it.
 */
export function percentEncode(text: string): string {
  if (BARE.test(text)) return text;
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Needs no encoding: most IDs and numbers. */
const BARE = /^[\w.~-]*$/;
