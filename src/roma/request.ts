import type { QueryParameter } from '../auth/Credentials.ts';
import type { CertificateScope } from '../certificates/certificate.ts';
import { ID_RULE, isId } from '../certificates/id.ts';
import type { ListQuery } from '../certificates/lists.ts';
import { badUserInput } from '../errors/SubgraphError.ts';
import { percentEncode } from '../net/percentEncode.ts';

/** "Obtaining SSL Certificates": GET /v2/{project_id}/apic/certificates. There is no instance in the path. */
export interface ListRequest {
  readonly path: string;
  readonly query: readonly QueryParameter[];
  /** Path and query as they are sent: each byte as RFC 3986 wants it, a blank as `%20`, never `+`. */
  readonly target: string;
}

/** Rejects with BAD_USER_INPUT what no URL can carry. */
export function toListRequest(projectId: string, { instanceId, filter, offset, limit }: ListQuery): ListRequest {
  // Checked here, last of all, because whatever got this far becomes part of a URL.
  if (!isId(projectId)) throw new TypeError(`The project ID must be ${ID_RULE}.`);
  if (!isId(instanceId)) throw badUserInput(`An instance ID must be ${ID_RULE}.`);
  const path = `/v2/${projectId}/apic/certificates`;
  const query: QueryParameter[] = [
    ['instance_id', instanceId],
    ['offset', String(offset)],
    ['limit', String(limit)],
  ];
  // Names as on the page, table 2.
  if (filter.name !== undefined) query.push(['name', wellFormed('name', filter.name)]);
  if (filter.commonName !== undefined) query.push(['common_name', wellFormed('commonName', filter.commonName)]);
  if (filter.signatureAlgorithm !== undefined) {
    query.push(['signature_algorithm', wellFormed('signatureAlgorithm', filter.signatureAlgorithm)]);
  }
  if (filter.scope !== undefined) query.push(['type', toWireScope(filter.scope)]);
  if (filter.algorithmType !== undefined) query.push(['algorithm_type', filter.algorithmType]);
  let target = path;
  for (const [name, value] of query) target += `${target === path ? '?' : '&'}${name}=${percentEncode(value)}`;
  return { path, query, target };
}

/** `type` is "instance" or "global": named in the Chinese edition ("ListCertificatesV2"), today's English page lists no values. */
function toWireScope(scope: CertificateScope): string {
  return scope === 'GLOBAL' ? 'global' : 'instance';
}

function wellFormed(field: string, value: string): string {
  if (value.isWellFormed()) return value;
  throw badUserInput(`filter.${field} holds half a character (a lone surrogate). Send well-formed Unicode text.`);
}
