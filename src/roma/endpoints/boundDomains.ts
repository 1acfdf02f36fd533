import type { BoundDomain, BoundDomainStatus } from '../../certificates/details.ts';
import { isId, readId } from '../../certificates/id.ts';
import type { Endpoint, Reading } from '../Endpoint.ts';
import { projectPath, toRestRequest } from '../request.ts';
import { toFlag, toText, type UnknownValue } from '../values.ts';
import type { ListAttachedDomainsAnswer, UrlDomainRefInfo } from '../wire.ts';
import { isTotal } from './certificateList.ts';
import { isGone } from './gone.ts';

export interface BoundDomainsQuery {
  /** The certificate's ID. */
  readonly id: string;
  /** The instance of the certificate, or `common`. Calls for the certificates of one instance share bulkhead, pace and circuit breaker. */
  readonly instanceId: string;
  readonly offset: number;
  readonly limit: number;
}

export interface BoundDomainsAnswer extends Reading {
  /** Null: the certificate does not exist. */
  readonly page: BoundDomainsPage | null;
}

export interface BoundDomainsPage {
  readonly total: number;
  /** Null in place of a domain without a readable ID. */
  readonly rows: readonly (BoundDomain | null)[];
}

/** The most rows that one call asks for: "offset" and "limit" are as those of certificates (API Gateway: 1 to 500). */
export const MAX_DOMAINS = 500;

/** "Obtaining Domain Names Bound to an SSL Certificate": GET /v2/{project_id}/apic/certificates/{certificate_id}/attached-domains. */
export const boundDomains: Endpoint<BoundDomainsQuery, BoundDomainsAnswer> = {
  name: 'boundDomains',
  template: '/v2/{project_id}/apic/certificates/{certificate_id}/attached-domains',
  noun: 'a list of bound domains',

  request: (projectId, { id, offset, limit }) =>
    toRestRequest(`${projectPath(projectId)}/apic/certificates/${readId('A certificate ID', id)}/attached-domains`, [
      ['offset', String(offset)],
      ['limit', String(limit)],
    ]),

  decode(body, { query, askedAtMs, unknownValue }) {
    const { total, bound_domains: domains } = body as { readonly [name in keyof ListAttachedDomainsAnswer]?: unknown };
    if (!isTotal(total)) return undefined;
    // A nil Go slice prints as null.
    const wireRows = domains ?? [];
    // No rows although the total says that there are some: a failure, not an empty list.
    if (!Array.isArray(wireRows) || (wireRows.length === 0 && query.offset < total)) return undefined;
    const rows = wireRows.slice(0, query.limit).map((row) => toBoundDomain(row, unknownValue));
    return { page: { total, rows: Object.freeze(rows) }, readAtMs: askedAtMs };
  },

  decodeRefusal: (errorCode, { askedAtMs }) => (isGone(errorCode) ? { page: null, readAtMs: askedAtMs } : undefined),

  key: ({ id, offset, limit }) => `${id} ${offset} ${limit}`,
  place: ({ instanceId }) => `boundDomains:${instanceId}`,
  instanceId: () => null,
  bytes: ({ page }) => 2 * JSON.stringify(page).length,
  // "Does not exist" is not reused: the certificate may be created at any moment.
  isReusable: ({ page }) => page !== null,
  traced: ({ offset, limit }) => ({ 'roma.offset': offset, 'roma.limit': limit }),
  tracedAnswer: ({ page }) => (page === null ? {} : { 'roma.rows': page.rows.length, 'roma.total': page.total }),
};

function toBoundDomain(wire: unknown, unknownValue: UnknownValue): BoundDomain | null {
  const row = (typeof wire === 'object' && wire !== null ? wire : {}) as {
    readonly [name in keyof UrlDomainRefInfo]?: unknown;
  };
  if (typeof row.id !== 'string' || row.id === '') {
    unknownValue('boundDomains.id');
    return null;
  }
  return Object.freeze({
    id: row.id,
    name: toText(row.url_domain, 'boundDomains.name', unknownValue),
    status: toStatus(row.status, unknownValue),
    minTlsVersion: toText(row.min_ssl_version, 'boundDomains.minTlsVersion', unknownValue),
    redirectsHttpToHttps: toFlag(row.is_http_redirect_to_https, 'boundDomains.redirectsHttpToHttps', unknownValue),
    verifiesClientCertificate: toFlag(
      row.verified_client_certificate_enabled,
      'boundDomains.verifiesClientCertificate',
      unknownValue,
    ),
    apiGroupId: toText(row.api_group_id, 'boundDomains.apiGroupId', unknownValue),
    apiGroupName: toText(row.api_group_name, 'boundDomains.apiGroupName', unknownValue),
    instanceId: isId(row.instance_id) ? row.instance_id : null,
  });
}

/** "CNAME resolution status: 1: not resolved; 2: resolving; 3: resolved; 4: resolution failed". */
const STATUSES: readonly (BoundDomainStatus | undefined)[] = [undefined, 'UNRESOLVED', 'RESOLVING', 'RESOLVED', 'FAILED'];

function toStatus(value: unknown, unknownValue: UnknownValue): BoundDomainStatus | null {
  const status = typeof value === 'number' ? STATUSES[value] : undefined;
  if (status === undefined && value !== undefined && value !== null) unknownValue('boundDomains.status');
  return status ?? null;
}
