import { errors } from 'undici';

/** Why a request got no whole answer. */
export type NetworkFailure =
  | { readonly kind: 'unavailable' }
  | { readonly kind: 'timeout' }
  /** The connection worked, but what came is no answer; the text ends "the answer …". */
  | { readonly kind: 'flaw'; readonly flaw: string };

const TIMEOUT_CODES: ReadonlySet<string> = new Set(['UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT']);

/** What a socket, the resolver and TLS call their failures: always a code, in capitals. */
const SYSTEM_CODE = /^[A-Z][A-Z0-9_]+$/;

/** Tells failures of the network apart; undefined for what is no failure of the network, a mistake in this program for one. */
export function toNetworkFailure(error: unknown, headersArrived: boolean): NetworkFailure | undefined {
  if (error instanceof errors.ResponseExceededMaxSizeError) return { kind: 'flaw', flaw: 'is too large' };
  if (error instanceof errors.HeadersOverflowError) return { kind: 'flaw', flaw: 'has too large headers' };
  if (error instanceof errors.ResponseContentLengthMismatchError) return { kind: 'flaw', flaw: 'ended early' };
  if (error instanceof errors.HTTPParserError) return { kind: 'flaw', flaw: headersArrived ? 'ended early' : 'is not HTTP' };
  // undici's name for an orderly end (FIN) where more was due. Before the headers it means that nobody answered; a reset (RST) comes as
  // ECONNRESET at any time. (On a connection that was announced to close, undici takes a reset for the end: what is missing then shows in
  // the length, the last chunk or the JSON.)
  if (error instanceof errors.SocketError && headersArrived && error.message === 'other side closed') {
    return { kind: 'flaw', flaw: 'ended early' };
  }
  if (error instanceof errors.InvalidArgumentError) return undefined;
  const code = codeOf(error);
  if (code === undefined) return undefined;
  return TIMEOUT_CODES.has(code) ? { kind: 'timeout' } : { kind: 'unavailable' };
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' && SYSTEM_CODE.test(code) ? code : undefined;
}
