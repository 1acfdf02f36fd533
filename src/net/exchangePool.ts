import { Pool } from 'undici';
import type { ErrorCode } from '../errors/catalogue.ts';
import { SubgraphError, type UpstreamDetails } from '../errors/SubgraphError.ts';
import { decompress } from './decompress.ts';
import type { Exchange, HttpAnswer, HttpRequest } from './Exchange.ts';
import { endOfOperation } from './endOfOperation.ts';
import { toNetworkFailure } from './networkFailure.ts';
import { type Head, type Received, Receiver } from './receiver.ts';

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
      const receiver = new Receiver();
      const onEnd = () => receiver.giveUp(new Error('nobody waits for the answer any more'));
      signal.addEventListener('abort', onEnd);
      let late = false;
      const timer = setTimeout(() => {
        late = true;
        receiver.giveUp(new Error('the attempt took too long'));
      }, timeoutMs);
      try {
        send(request, receiver);
        const received = await receiver.whole;
        const encoding = received.headers['content-encoding'];
        const answer = encoding === undefined ? toAnswer(received) : await decompressed(received, String(encoding));
        // Decompressing takes its time, too.
        if (!late && !signal.aborted) return answer;
        throw new Error('the answer came too late');
      } catch (error) {
        const { head } = receiver;
        if (late) throw failure('UPSTREAM_TIMEOUT', `${name} did not answer in time.`, error, request, head);
        if (signal.aborted) throw endOfOperation(signal);
        const network = toNetworkFailure(error, head !== undefined);
        switch (network?.kind) {
          case 'timeout':
            throw failure('UPSTREAM_TIMEOUT', `${name} did not answer in time.`, error, request, head);
          case 'unavailable':
            throw failure('UPSTREAM_UNAVAILABLE', `${name} could not be reached.`, error, request, head);
          case 'flaw':
            if (head !== undefined) return flawed(head, network.flaw);
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

  function send({ method, target, headers, body }: HttpRequest, receiver: Receiver): void {
    const sent = { accept: 'application/json', 'accept-encoding': 'gzip', ...headers };
    pool.dispatch({ method, path: target, headers: sent, body: body ?? null }, receiver);
  }

  function toAnswer({ status, headers, body }: Received): HttpAnswer {
    return { status, headers, body, receivedAtMs: now() };
  }

  async function decompressed({ status, headers, body }: Received, encoding: string): Promise<HttpAnswer> {
    const plain = await decompress(body, encoding, maxBodyBytes);
    return 'flaw' in plain ? flawed({ status, headers }, plain.flaw) : toAnswer({ status, headers, body: plain.body });
  }

  function flawed({ status, headers }: Head, flaw: string): HttpAnswer {
    return { status, headers, body: NOTHING, flaw, receivedAtMs: now() };
  }
}

function failure(
  code: ErrorCode,
  message: string,
  cause: unknown,
  { details }: HttpRequest,
  head: Head | undefined,
): SubgraphError {
  const upstream: UpstreamDetails = { ...(head === undefined ? {} : { status: head.status }), ...details };
  return new SubgraphError(code, message, { cause, upstream });
}
