import type { Received } from './Received.ts';
import { refusals } from './refusals.ts';
import type { Service } from './Service.ts';
import { account } from './seed/account.ts';

/**
 * Checks the credentials, permissions and rate of a request. Throws a Refusal.
 *
 * Credentials are checked before parameters, as a gateway in front of a service does. That is not documented [A].
 */
export function judgeCaller(received: Received, service: Service): void {
  if (service.switches.missingEndpoints.some((name) => name === received.path)) throw refusals.pathUnknown();
  judgeCredentials(received, service);
  if (service.switches.forbiddenEndpoints.some((name) => name === received.path)) throw refusals.notPermitted();
  judgeRate(received, service);
  if (received.queryRefusal) throw received.queryRefusal;
}

function judgeCredentials(received: Received, service: Service): void {
  const nowMs = service.nowMs();
  if (received.token !== null) {
    const refusal = service.tokens.refusalFor(received.token, received.projectId, received.path, nowMs);
    if (refusal) throw refusal;
    return;
  }
  if (received.headers.authorization === undefined) throw refusals.tokenMissing(service.switches.statusOfMissingToken);
  const refusal = service.accessKeys.refusalFor(received, nowMs);
  if (refusal) throw refusal;
  const named = received.headers['x-project-id'] ?? received.projectId;
  if (received.projectId !== account.projectId || named !== account.projectId) throw refusals.tokenOfOtherProject();
}

function judgeRate(received: Received, service: Service): void {
  const { rateLimitPerSecond, rateLimitRetryAfter } = service.switches;
  if (rateLimitPerSecond === null) return;
  if (service.rateLimit.admits(received.caller, rateLimitPerSecond, service.nowMs())) return;
  throw refusals.throttled(rateLimitPerSecond, rateLimitRetryAfter ? { 'retry-after': '1' } : {});
}
