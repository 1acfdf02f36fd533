import { type Auth, createCredentials } from '../auth/createCredentials.ts';
import type { ListCertificates } from '../certificates/lists.ts';
import { createListCertificates } from './client.ts';
import { createExchangePool } from './exchange.ts';
import type { RestMeter } from './meter.ts';

export interface UpstreamOptions {
  /** What the configuration says of ROMA Connect. */
  readonly target: { readonly origin: string; readonly projectId: string; readonly auth: Auth };
  /** One attempt, whole. */
  readonly attemptTimeoutMs: number;
  readonly meter: RestMeter;
}

export interface Upstream {
  readonly list: ListCertificates;
  /** Closes every connection; what is under way ends with UPSTREAM_UNAVAILABLE. */
  close(): Promise<void>;
}

/** Everything between this service and ROMA Connect. */
export function createUpstream({ target, attemptTimeoutMs, meter }: UpstreamOptions): Upstream {
  const { origin, projectId, auth } = target;
  const roma = createExchangePool({ name: 'ROMA Connect', origin, timeoutMs: attemptTimeoutMs });
  const list = createListCertificates({
    exchange: roma.exchange,
    credentials: createCredentials(auth),
    origin,
    projectId,
    meter,
  });
  return { list, close: () => roma.close() };
}
