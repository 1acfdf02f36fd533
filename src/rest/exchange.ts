import { type Dispatcher, Pool } from 'undici';
import type { Exchange, HttpAnswer, HttpRequest } from '../auth/Exchange.ts';
import { endOfOperation } from '../auth/endOfOperation.ts';
import type { ErrorCode } from '../errors/catalogue.ts';
import { SubgraphError, type UpstreamDetails } from '../errors/SubgraphError.ts';
import { decompress } from './decompress.ts';
import { toNetworkFailure } from './networkFailure.ts';

/**
 * A page of 500 certificates with a few names each is about half a megabyte; the bound leaves room for long lists of names. It counts
 * bytes on the wire, and again after decompression.
 */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

/**
 * An IAM token comes in a response header ("Obtaining a User Token Through Password Authentication"), thousands of characters long;
 * services document up to 100,000 for theirs. Node's default is 16 KiB for all headers.
 */
const MAX_HEADER_BYTES = 128 * 1024;

const NOTHING = new Uint8Array();

export interface ExchangeOptions {
  /** Who is asked, as messages name it. */
  readonly name: string;
  /** Scheme, host and port. */
  readonly origin: string;
  /** One exchange, whole: from queueing for a connection to the last byte of the body. */
  readonly timeoutMs: number;
  readonly maxBodyBytes?: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

export interface ExchangePool {
  readonly exchange: Exchange;
  /** Ends what is under way and closes every connection. */
  close(): Promise<void>;
}

/**
 * Requests to one origin over kept-alive HTTP/1.1 connections. There is no ceiling on connections here: it would be shared by all
 * instances, and a hanging one could use it up. The bulkhead limits each instance instead.
 */
export function createExchangePool(options: ExchangeOptions): ExchangePool {
  const { name, origin, timeoutMs, maxBodyBytes = MAX_BODY_BYTES, now = Date.now } = options;
  const pool = new Pool(origin, {
    // undici's HTTP/2 has open bugs around aborts.
    allowH2: false,
    pipelining: 1,
    maxHeaderSize: MAX_HEADER_BYTES,
    maxResponseSize: maxBodyBytes,
    // Ours covers the exchange whole and to the millisecond; undici's are per phase and coarse.
    headersTimeout: 0,
    bodyTimeout: 0,
    connectTimeout: timeoutMs,
  });

  return {
    async exchange(request, signal) {
      if (signal.aborted) throw endOfOperation(signal);
      // Combined by hand: AbortSignal.any keeps a reference in the longer-lived signal for each attempt.
      const attempt = new AbortController();
      const onEnd = () => attempt.abort(signal.reason);
      signal.addEventListener('abort', onEnd, { once: true });
      let late = false;
      const timer = setTimeout(() => {
        late = true;
        attempt.abort(new Error('the attempt took too long'));
      }, timeoutMs);
      const arrived: { headers?: ArrivedHeaders } = {};
      try {
        const answer = await send(request, attempt.signal, arrived);
        if (!attempt.signal.aborted) return answer;
        throw attempt.signal.reason;
      } catch (error) {
        if (late) throw failure('UPSTREAM_TIMEOUT', `${name} did not answer in time.`, error, request, arrived.headers);
        if (signal.aborted) throw endOfOperation(signal);
        const network = toNetworkFailure(error, arrived.headers !== undefined);
        switch (network?.kind) {
          case 'timeout':
            throw failure('UPSTREAM_TIMEOUT', `${name} did not answer in time.`, error, request, arrived.headers);
          case 'unavailable':
            throw failure('UPSTREAM_UNAVAILABLE', `${name} could not be reached.`, error, request, arrived.headers);
          case 'flaw':
            if (arrived.headers !== undefined) return flawed(arrived.headers, network.flaw);
            throw failure('UPSTREAM_INVALID_RESPONSE', `${name}'s answer ${network.flaw}.`, error, request, undefined);
          default:
            throw error;
        }
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', onEnd);
      }
    },
    close: () => pool.destroy(),
  };

  async function send(request: HttpRequest, signal: AbortSignal, arrived: { headers?: ArrivedHeaders }): Promise<HttpAnswer> {
    const { statusCode, headers, body } = await pool.request({
      method: request.method,
      path: request.target,
      headers: { accept: 'application/json', 'accept-encoding': 'gzip', ...request.headers },
      body: request.body ?? null,
      signal,
    });
    // Without a listener, an error after the answer was given up would end the process.
    body.on('error', ignore);
    arrived.headers = { status: statusCode, headers };
    const bytes = await body.bytes();
    const decompressed = await decompress(bytes, String(headers['content-encoding'] ?? ''), maxBodyBytes);
    if ('flaw' in decompressed) return flawed(arrived.headers, decompressed.flaw);
    return { status: statusCode, headers, body: decompressed.body, receivedAtMs: now() };
  }

  function flawed(headers: ArrivedHeaders, flaw: string): HttpAnswer {
    return { ...headers, body: NOTHING, flaw, receivedAtMs: now() };
  }
}

interface ArrivedHeaders {
  readonly status: number;
  readonly headers: Dispatcher.ResponseData['headers'];
}

function failure(
  code: ErrorCode,
  message: string,
  cause: unknown,
  { details }: HttpRequest,
  headers: ArrivedHeaders | undefined,
): SubgraphError {
  const upstream: UpstreamDetails = { ...(headers === undefined ? {} : { status: headers.status }), ...details };
  return new SubgraphError(code, message, { cause, upstream });
}

function ignore(): void {}
