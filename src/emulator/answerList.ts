import type { Answer } from './Answer.ts';
import { COMMON } from './data/Inventory.ts';
import { readListQuery } from './data/readListQuery.ts';
import type { PageFault } from './faults/Fault.ts';
import type { Received } from './Received.ts';
import { refusals } from './refusals.ts';
import type { Service } from './Service.ts';
import { account } from './seed/account.ts';

/**
 * `GET /v2/{project_id}/apic/certificates`: who asks, how often, for what, and then the page. Throws a Refusal.
 *
 * That credentials are looked at before parameters is how a gateway in front of a service must do it; no document says so [A].
 */
export function answerList(received: Received, service: Service, requestId: string, fault?: PageFault): ListAnswer {
  judgeCredentials(received, service);
  judgeRate(received, service);
  if (received.queryRefusal) throw received.queryRefusal;
  const query = readListQuery(received.parameters, service.switches);
  judgeInstance(query.instanceId, service);
  const page = service.pages.read(query, fault);
  const headers = { 'content-type': 'application/json', 'x-request-id': requestId };
  return { status: 200, headers, body: page.body, rows: page.rows };
}

export interface ListAnswer extends Answer {
  readonly rows: number;
}

function judgeCredentials(received: Received, service: Service): void {
  const nowMs = service.nowMs();
  if (received.token !== null) {
    const refusal = service.tokens.refusalFor(received.token, received.projectId, nowMs);
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

function judgeInstance(instanceId: string, { inventory, switches }: Service): void {
  if (instanceId === account.foreignInstanceId) throw refusals.instanceOfOtherTenant();
  const known = instanceId === COMMON ? switches.commonInstance === 'list' : inventory.has(instanceId);
  if (!known) throw refusals.instanceUnknown(instanceId);
}
