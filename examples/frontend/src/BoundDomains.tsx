import type { Severity } from './expiry.ts';
import type { BoundDomainStatus, CertificateQuery } from './gql/graphql.ts';
import { Sign } from './Sign.tsx';

type BoundDomain = NonNullable<NonNullable<CertificateQuery['certificate']>['boundDomains']>[number];

const STATUS: Readonly<Record<BoundDomainStatus, { readonly text: string; readonly severity: Severity }>> = {
  RESOLVED: { text: 'Resolved', severity: 'valid' },
  RESOLVING: { text: 'Being resolved', severity: 'soon' },
  UNRESOLVED: { text: 'Not resolved', severity: 'urgent' },
  FAILED: { text: 'Resolution failed', severity: 'expired' },
};
const UNKNOWN = { text: 'Status unknown', severity: 'unknown' } as const;

/** The domains that are served with a certificate: what breaks when it expires. */
export function BoundDomains({ domains }: { readonly domains: readonly BoundDomain[] }) {
  if (domains.length === 0) return <p className="quiet">Bound to no domain.</p>;
  return (
    <ul className="domains">
      {domains.map(({ id, name, status, minTlsVersion, apiGroupName }) => {
        const { text, severity } = status === null ? UNKNOWN : STATUS[status];
        return (
          <li key={id}>
            <b>{name ?? id}</b>
            <span className="domain-status" data-severity={severity}>
              <Sign severity={severity} />
              {text}
            </span>
            <span className="quiet">
              {apiGroupName ?? 'Unknown API group'}
              {minTlsVersion !== null && ` · from ${minTlsVersion}`}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
