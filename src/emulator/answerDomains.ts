import type { Answer } from './Answer.ts';
import { toJsonAnswer } from './Answer.ts';
import { readPaging } from './data/readListQuery.ts';
import type { Received } from './Received.ts';
import { refusals } from './refusals.ts';
import type { Service } from './Service.ts';
import { drawBoundDomains } from './seed/drawBoundDomains.ts';

/** `GET /v2/{project_id}/apic/certificates/{certificate_id}/attached-domains`. Throws a Refusal. */
export function answerDomains({ certificateId, parameters }: Received, service: Service, requestId: string): DomainsAnswer {
  const id = certificateId ?? '';
  const row = service.inventory.find(id);
  if (row === undefined) throw refusals.certificateUnknown(id);
  const { offset, limit } = readPaging(parameters, service.switches);
  const name = parameters.get('url_domain') ?? '';
  const all = service.facts.domainsOf(id) ?? drawBoundDomains(row, service.inventory.instanceIds);
  // Contains or equals: not documented [A].
  const matches =
    name === '' ? all : all.filter((domain) => String((domain as { url_domain?: unknown })?.url_domain).includes(name));
  const rows = matches.slice(offset, offset + limit);
  const body = {
    size: rows.length,
    total: matches.length,
    bound_domains: rows.length > 0 ? rows : service.switches.emptyCerts,
  };
  return { ...toJsonAnswer(200, body, { 'x-request-id': requestId }), rows: rows.length };
}

interface DomainsAnswer extends Answer {
  readonly rows: number;
}
