import { type Dispatcher, EnvHttpProxyAgent, Pool } from 'undici';
import { idleBeforeEnd } from './reusedSockets.ts';

/** Which calls go through a proxy, from `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`. */
export interface ProxySettings {
  readonly httpProxy: string | undefined;
  readonly httpsProxy: string | undefined;
  /** Hosts that are called directly. */
  readonly noProxy: string | undefined;
}

export interface ConnectionsOptions {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly connectTimeoutMs: number;
  readonly maxBodyBytes: number;
  /** Null: all calls are direct. */
  readonly proxy: ProxySettings | null;
}

export interface Connections {
  /** Sends a request; `fresh`: over a new connection, which is not kept. */
  dispatch(request: Omit<Dispatcher.DispatchOptions, 'origin'>, receiver: Dispatcher.DispatchHandler, fresh: boolean): void;
  /** Records a request that failed before an answer began. True: its kept-alive connection had been closed while it was idle. */
  noteEnd(error: unknown): boolean;
  /** Aborts requests in flight. */
  close(): Promise<void>;
}

/**
 * An IAM token comes in a response header ("Obtaining a User Token Through Password Authentication"), thousands of characters long;
 * services document up to 100,000 for theirs. Node's default is 16 KiB for all headers.
 */
const MAX_HEADER_BYTES = 128 * 1024;

/** An idle connection is kept for at most this long, even if the server announces more. */
const MAX_KEPT_MS = 60_000;

/** How long it is kept when the server announces nothing; undici's default. */
const DEFAULT_KEPT_MS = 4_000;

/** If connections are closed sooner than this while idle, none is kept alive. */
const MIN_KEPT_MS = 20;

/** When no idle connection was closed for this long, connections are kept as long as at first: the cause may be gone. */
const FORGIVEN_AFTER_MS = 300_000;

/**
 * Connections to one origin, kept alive over HTTP/1.1. Firewalls and load balancers may drop idle connections sooner than the server
 * announces. After that happened, connections are kept for a shorter time.
 */
export function createConnections(options: ConnectionsOptions): Connections {
  const { origin } = options;
  let keptMs = MAX_KEPT_MS;
  let diedAtMs = 0;
  let kept = createDispatcher(options, keptMs);
  let fresh: Dispatcher | undefined;
  const former = new Set<Dispatcher>();

  /** Requests in flight finish on their connections. */
  function keepFor(ms: number): void {
    const before = kept;
    keptMs = ms;
    kept = createDispatcher(options, ms);
    former.add(before);
    const forget = () => void former.delete(before);
    before.close().then(forget, forget);
  }

  return {
    dispatch(request, receiver, isFresh) {
      if (keptMs < MAX_KEPT_MS && performance.now() - diedAtMs > FORGIVEN_AFTER_MS) keepFor(MAX_KEPT_MS);
      if (isFresh) fresh ??= createDispatcher(options, 0);
      (isFresh && fresh !== undefined ? fresh : kept).dispatch({ ...request, origin }, receiver);
    },
    noteEnd(error) {
      const idleMs = idleBeforeEnd(error);
      if (idleMs === undefined) return false;
      diedAtMs = performance.now();
      // Half of it, because the connection was closed some time before this request noticed.
      const ms = idleMs / 2 < MIN_KEPT_MS ? 0 : idleMs / 2;
      if (ms < keptMs) keepFor(ms);
      return true;
    },
    async close() {
      await Promise.all([kept, fresh, ...former].map((dispatcher) => dispatcher?.destroy()));
    },
  };
}

/** `keptMs` 0: each connection serves one request. */
function createDispatcher({ origin, connectTimeoutMs, maxBodyBytes, proxy }: ConnectionsOptions, keptMs: number): Dispatcher {
  const settings = {
    // undici's HTTP/2 has open bugs around aborts.
    allowH2: false,
    pipelining: keptMs === 0 ? 0 : 1,
    keepAliveTimeout: Math.min(DEFAULT_KEPT_MS, Math.max(keptMs, 1)),
    keepAliveMaxTimeout: Math.max(keptMs, 1),
    maxHeaderSize: MAX_HEADER_BYTES,
    maxResponseSize: maxBodyBytes,
    // The exchange has its own limit for the whole request, to the millisecond; undici's are per phase and coarse.
    headersTimeout: 0,
    bodyTimeout: 0,
    connectTimeout: connectTimeoutMs,
  };
  if (proxy === null) return new Pool(origin, settings);
  // Empty text, not undefined: undici would look into the process's own variables instead.
  const { httpProxy = '', httpsProxy = '', noProxy = '' } = proxy;
  return new EnvHttpProxyAgent({ ...settings, httpProxy, httpsProxy, noProxy });
}
