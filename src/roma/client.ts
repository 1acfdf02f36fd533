import type { Credentials } from '../auth/Credentials.ts';
import { RefusedTokenError } from '../auth/RefusedTokenError.ts';
import type { ListCertificates } from '../certificates/lists.ts';
import { CancelledError } from '../errors/CancelledError.ts';
import { SubgraphError } from '../errors/SubgraphError.ts';
import type { Exchange, HttpAnswer } from '../net/Exchange.ts';
import type { EndSignal } from '../net/endSignal.ts';
import type { ReadPage } from './knownPages.ts';
import type { RestMeter } from './meter.ts';
import { toListRequest } from './request.ts';

export interface ClientDeps {
  readonly exchange: Exchange;
  readonly credentials: Credentials;
  readonly readPage: ReadPage;
  /** Scheme, host and port of ROMA Connect; never shown. */
  readonly origin: string;
  readonly projectId: string;
  readonly meter: RestMeter;
}

/** Asks ROMA Connect once: no repeats, no queue. Every SubgraphError about an answer, or about none, carries the instance's ID. */
export function createListCertificates({
  exchange,
  credentials,
  readPage,
  origin,
  projectId,
  meter,
}: ClientDeps): ListCertificates {
  const { host, hostname } = new URL(origin);
  return async (query, operation) => {
    const request = toListRequest(projectId, query);
    const { path, query: parameters } = request;
    const authorization = await credentials.authorize(
      { method: 'GET', host, path, query: parameters },
      operation.caller,
      operation.signal,
    );
    operation.budget.spend();
    const askedAtMs = Date.now();
    const startedAt = performance.now();
    const done = (outcome: string) => meter.request(outcome, (performance.now() - startedAt) / 1000);
    let answer: HttpAnswer | undefined;
    try {
      answer = await exchange(
        { method: 'GET', target: request.target, headers: authorization.headers, details: { instanceId: query.instanceId } },
        operation.signal,
      );
      const page = readPage(`${operation.caller.key} ${request.target}`, answer, {
        query,
        askedAtMs,
        secrets: () => [...authorization.secrets, host, hostname],
        unknownValue: meter.unknownValue,
      });
      authorization.accepted?.();
      done('ok');
      meter.instance(query.instanceId, 'read');
      return page;
    } catch (error) {
      const failure = toFailure(error, query.instanceId, operation.signal);
      done(toOutcome(failure));
      if (!CancelledError.isBehind(failure)) meter.instance(query.instanceId, hasFailed(failure) ? 'failed' : 'answered');
      const refused = answer !== undefined && failure instanceof SubgraphError && failure.code === 'UNAUTHENTICATED';
      throw refused && authorization.refused?.() ? new RefusedTokenError(failure) : failure;
    }
  };
}

/** What `roma_requests_total` counts. */
function toOutcome(failure: unknown): string {
  if (CancelledError.isBehind(failure)) return 'cancelled';
  return failure instanceof SubgraphError ? failure.code : 'INTERNAL';
}

/** Whether the instance is in trouble, and not the caller. */
function hasFailed(failure: unknown): boolean {
  if (!(failure instanceof SubgraphError)) return false;
  const { code, upstream: { status = 0 } = {} } = failure.extensions;
  if (code === 'UPSTREAM_UNAVAILABLE' || code === 'UPSTREAM_TIMEOUT' || code === 'UPSTREAM_INVALID_RESPONSE') return true;
  return code === 'UPSTREAM_ERROR' && status >= 500;
}

/** The end of an operation says nothing of the instance; that it came while the instance was being waited for does. */
function toFailure(error: unknown, instanceId: string, signal: EndSignal): unknown {
  if (!signal.aborted || !(error instanceof SubgraphError) || error.extensions.upstream !== undefined) return error;
  return new SubgraphError(error.code, error.message, { ...error.extensions, cause: error, upstream: { instanceId } });
}
