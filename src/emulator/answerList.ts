import type { Answer } from './Answer.ts';
import { COMMON } from './data/Inventory.ts';
import { readListQuery } from './data/readListQuery.ts';
import type { PageFault } from './faults/Fault.ts';
import type { Received } from './Received.ts';
import { refusals } from './refusals.ts';
import type { Service } from './Service.ts';
import { account } from './seed/account.ts';

/** `GET /v2/{project_id}/apic/certificates`. Throws a Refusal. */
export function answerList(received: Received, service: Service, requestId: string, fault?: PageFault): ListAnswer {
  const query = readListQuery(received.parameters, service.switches);
  judgeInstance(query.instanceId, service);
  const page = service.pages.read(query, fault);
  const headers = { 'content-type': 'application/json', 'x-request-id': requestId };
  return { status: 200, headers, body: page.body, rows: page.rows };
}

export interface ListAnswer extends Answer {
  readonly rows: number;
}

function judgeInstance(instanceId: string, { inventory, switches }: Service): void {
  if (instanceId === account.foreignInstanceId) throw refusals.instanceOfOtherTenant();
  const known = instanceId === COMMON ? switches.commonInstance === 'list' : inventory.has(instanceId);
  if (!known) throw refusals.instanceUnknown(instanceId);
}
