/**
 * A gateway in front of ROMA Connect refuses a header over 32 KB ("API Request Signing Guide", error 0201 with status 494), so a longer
 * token can't be used.
 */
const MAX_TOKEN_CHARACTERS = 32 * 1024;

/**
 * IAM tokens are Base64-like: printable ASCII without blanks. Anything else could not be sent (control characters), would be changed on
 * the way (non-ASCII) or is two header lines merged into one (`a, b`).
 */
const TOKEN = /^[\x21-\x7e]+$/;

/** Whether a token could be valid. Other ones are refused here, and not sent to ROMA Connect. */
export function isPossibleToken(token: string): boolean {
  return token.length <= MAX_TOKEN_CHARACTERS && TOKEN.test(token);
}
