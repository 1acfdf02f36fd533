import type { ErrorCode } from '../errors/catalogue.ts';
import { SubgraphError, type UpstreamDetails } from '../errors/SubgraphError.ts';
import { createConnections, type ProxySettings } from './connections.ts';
import { decompress } from './decompress.ts';
import type { Exchange, HttpAnswer, HttpRequest } from './Exchange.ts';
import { endOfOperation } from './endOfOperation.ts';
import { toNetworkFailure } from './networkFailure.ts';
import { type Head, type Received, Receiver } from './receiver.ts';

/**
 * A page of 500 certificates with a few names each is about half a megabyte; the bound leaves room for long lists of names. It bounds
 * the body as received, and again after decompression.
 */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

const NOTHING = new Uint8Array();

export interface ExchangeOptions {
  /** The name of the server in messages. */
  readonly name: string;
  /** Scheme, host and port. */
  readonly origin: string;
  /** The time limit of one exchange: from waiting for a connection to the last byte of the body. */
  readonly timeoutMs: number;
  readonly maxBodyBytes?: number;
  /** Default: no proxy. */
  readonly proxy?: ProxySettings | null;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

export interface ExchangePool {
  readonly exchange: Exchange;
  /** Aborts requests in flight, and closes every connection. */
  close(): Promise<void>;
}

/**
 * Requests to one origin over kept-alive HTTP/1.1 connections. The number of connections is not limited here: all instances would share the
 * limit, and one that hangs could use it up. The bulkhead limits concurrent calls per instance.
 */
export function createExchangePool(options: ExchangeOptions): ExchangePool {
  const { name, origin, timeoutMs, maxBodyBytes = MAX_BODY_BYTES, proxy = null, now = Date.now } = options;
  const connections = createConnections({ origin, connectTimeoutMs: timeoutMs, maxBodyBytes, proxy });

  return {
    async exchange(request, signal) {
      if (signal.aborted) throw endOfOperation(signal);
      let receiver = new Receiver();
      const onEnd = () => receiver.giveUp(new Error('nobody waits for the answer any more'));
      signal.addEventListener('abort', onEnd);
      let late = false;
      const timer = setTimeout(() => {
        late = true;
        receiver.giveUp(new Error('the attempt took too long'));
      }, timeoutMs);
      try {
        const received = await receive();
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
          case 'untrusted': {
            const message = `The TLS connection to ${name} is not accepted. This service's operators have to correct its settings.`;
            throw new SubgraphError('UPSTREAM_UNAVAILABLE', message, {
              cause: error,
              retryable: false,
              ...toUpstream(request, undefined),
            });
          }
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

      /**
       * When a kept-alive connection had been closed while it was idle, a GET is sent once more over a new one (RFC 9110, section 9.2.2). The
       * server has not failed, so that counts neither as an attempt nor as a call. A POST is sent over a new connection each time.
       */
      async function receive(): Promise<Received> {
        const isGet = request.method === 'GET';
        send(request, receiver, !isGet);
        try {
          return await receiver.whole;
        } catch (error) {
          const wasDead = !late && !signal.aborted && receiver.head === undefined && connections.noteEnd(error);
          if (!wasDead || !isGet) throw error;
          receiver = new Receiver();
          send(request, receiver, true);
          return await receiver.whole;
        }
      }
    },
    close: () => connections.close(),
  };

  function send({ method, target, headers, body }: HttpRequest, receiver: Receiver, fresh: boolean): void {
    const sent = { accept: 'application/json', 'accept-encoding': 'gzip', ...headers };
    connections.dispatch({ method, path: target, headers: sent, body: body ?? null }, receiver, fresh);
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
  request: HttpRequest,
  head: Head | undefined,
): SubgraphError {
  return new SubgraphError(code, message, { cause, ...toUpstream(request, head) });
}

/** What is known of the answer and the request; undefined when nothing is. */
function toUpstream({ details }: HttpRequest, head: Head | undefined): { upstream?: UpstreamDetails } {
  if (head === undefined && details === undefined) return {};
  return { upstream: { ...(head === undefined ? {} : { status: head.status }), ...details } };
}
