import type { Answer } from './Answer.ts';
import { toJsonAnswer } from './Answer.ts';
import type { Received } from './Received.ts';
import { refusals } from './refusals.ts';
import type { Service } from './Service.ts';
import { describe } from './seed/describe.ts';

/** `GET /v2/{project_id}/apic/certificates/{certificate_id}`, which needs no instance. Throws a Refusal. */
export function answerDetails({ certificateId }: Received, service: Service, requestId: string): Answer {
  const id = certificateId ?? '';
  const row = service.inventory.find(id);
  if (row === undefined) throw refusals.certificateUnknown(id);
  const body: Record<string, unknown> = { ...row, ...describe(row), ...service.facts.detailsOf(id) };
  if (service.switches.bareDetails) for (const name of ['type', 'instance_id', 'project_id']) delete body[name];
  if (service.switches.algorithmTypeAbsent) delete body['algorithm_type'];
  return toJsonAnswer(200, body, { 'x-request-id': requestId });
}
