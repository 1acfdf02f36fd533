import type { QueryParameter } from '../../auth/Credentials.ts';
import type { Certificate, CertificateScope } from '../../certificates/certificate.ts';
import { readId } from '../../certificates/id.ts';
import { type ListFilter, type ListPage, type ListQuery, MAX_TOTAL, toListKey } from '../../certificates/lists.ts';
import { sizeOfRows } from '../../certificates/sizeOfRows.ts';
import { badUserInput } from '../../errors/SubgraphError.ts';
import { toCertificate } from '../certificate.ts';
import type { Decoding, Endpoint } from '../Endpoint.ts';
import { projectPath, toRestRequest } from '../request.ts';
import type { ListCertificatesAnswer } from '../wire.ts';

type Values = Required<ListFilter>;

/** Parameter names of the API reference, table 2, with what they are sent for each condition. */
const PARAMETERS: { readonly [Condition in keyof Values]: (value: Values[Condition]) => QueryParameter } = {
  name: (text) => ['name', wellFormed('name', text)],
  commonName: (text) => ['common_name', wellFormed('commonName', text)],
  signatureAlgorithm: (text) => ['signature_algorithm', wellFormed('signatureAlgorithm', text)],
  scope: (scope) => ['type', toWireScope(scope)],
  algorithmType: (type) => ['algorithm_type', type],
};

const CONDITIONS = Object.keys(PARAMETERS) as (keyof Values)[];

function addParameter<Condition extends keyof Values>(
  query: QueryParameter[],
  condition: Condition,
  filter: Partial<Values>,
): void {
  const value = filter[condition];
  if (value !== undefined) query.push(PARAMETERS[condition](value));
}

/** "Obtaining SSL Certificates": GET /v2/{project_id}/apic/certificates. There is no instance in the path. */
export const certificateList: Endpoint<ListQuery, ListPage> = {
  name: 'certificates',
  template: '/v2/{project_id}/apic/certificates',
  noun: 'a list of certificates',

  request(projectId, { instanceId, filter, offset, limit }) {
    const query: QueryParameter[] = [
      ['instance_id', readId('An instance ID', instanceId)],
      ['offset', String(offset)],
      ['limit', String(limit)],
    ];
    for (const condition of CONDITIONS) addParameter(query, condition, filter);
    return toRestRequest(`${projectPath(projectId)}/apic/certificates`, query);
  },

  decode(body, { query, askedAtMs, unknownValue }: Decoding<ListQuery>) {
    const { total, certs } = body as { readonly [name in keyof ListCertificatesAnswer]?: unknown };
    if (!isTotal(total)) return undefined;
    // A nil Go slice prints as null, and the Go SDK holds the field optional.
    const wireRows = certs ?? [];
    if (!Array.isArray(wireRows)) return undefined;
    // No rows although the total says that there are some: a failure, not an empty list.
    if (wireRows.length === 0 && query.offset < total) return undefined;
    const rows: (Certificate | null)[] = [];
    // More rows than asked for: the limit was ignored. The first rows are those that were asked for.
    const count = Math.min(wireRows.length, query.limit);
    for (let index = 0; index < count; index++) rows.push(toCertificate(wireRows[index], query.instanceId, unknownValue));
    // `total + 0` because JSON knows -0.
    return Object.freeze({ from: query.offset, total: total + 0, rows: Object.freeze(rows), readAtMs: askedAtMs });
  },

  key: (query) => `${toListKey(query)} ${query.offset} ${query.limit}`,
  place: ({ instanceId }) => instanceId,
  instanceId: ({ instanceId }) => instanceId,
  bytes: ({ rows }) => sizeOfRows(rows),
  traced: ({ instanceId, offset, limit }) => ({ 'roma.instance_id': instanceId, 'roma.offset': offset, 'roma.limit': limit }),
  tracedAnswer: ({ rows, total }) => ({ 'roma.rows': rows.length, 'roma.total': total }),
};

/** The total of a query. */
export function isTotal(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_TOTAL;
}

/** `type` is "instance" or "global": as in the Chinese API reference ("ListCertificatesV2"); the English one lists no values today. */
function toWireScope(scope: CertificateScope): string {
  return scope === 'GLOBAL' ? 'global' : 'instance';
}

function wellFormed(field: string, value: string): string {
  if (value.isWellFormed()) return value;
  throw badUserInput(`filter.${field} holds half a character (a lone surrogate). Send well-formed Unicode text.`);
}
