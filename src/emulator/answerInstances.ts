import type { Answer } from './Answer.ts';
import { toJsonAnswer } from './Answer.ts';
import { readPaging } from './data/readListQuery.ts';
import type { Received } from './Received.ts';
import type { Service } from './Service.ts';
import { describeInstance } from './seed/describeInstance.ts';

/** The documented most of one answer [D]. */
const MAX_INSTANCES = 100;

/** `GET /v2/{project_id}/instances`, or `GET /v3/{project_id}/roma/instances`, which knows no pages. Throws a Refusal. */
export function answerInstances({ path, parameters }: Received, service: Service, requestId: string): Answer {
  const { instanceIds } = service.inventory;
  const all = instanceIds.map((id, at) => ({ ...describeInstance(id, at), ...service.facts.instanceOf(id) }));
  const status = parameters.get('status') ?? '';
  const matches = status === '' ? all : all.filter((instance) => instance.status === status);
  const { offset, limit } = readPaging(parameters, { maxLimit: MAX_INSTANCES });
  const rows = path === 'instancesV3' ? matches : matches.slice(offset, offset + limit);
  return toJsonAnswer(200, { total: matches.length, size: rows.length, instances: rows }, { 'x-request-id': requestId });
}
