import type { ReactNode } from 'react';
import { BoundDomains } from './BoundDomains.tsx';
import { toExpiryText, toSeverity } from './expiry.ts';
import type { CertificateQuery } from './gql/graphql.ts';
import { ProblemNote } from './ProblemNote.tsx';
import type { Problem } from './problem.ts';
import { Sign } from './Sign.tsx';
import { toInstant } from './times.ts';

interface Props {
  readonly certificate: NonNullable<CertificateQuery['certificate']>;
  problemOf(field: 'details' | 'boundDomains'): Problem | undefined;
  onRetry(): Promise<void>;
}

export function CertificateFacts({ certificate, problemOf, onRetry }: Props) {
  const { id, commonName, subjectAlternativeNames, signatureAlgorithm, algorithmType, notAfter, instance, details } =
    certificate;
  const severity = toSeverity(certificate);
  const detailsProblem = problemOf('details');
  const domainsProblem = problemOf('boundDomains');
  return (
    <>
      <p className="verdict" data-severity={severity}>
        <Sign severity={severity} />
        <strong>{toExpiryText(certificate)}</strong>
      </p>
      <dl>
        <Fact name="Expires">{notAfter && <time dateTime={notAfter}>{toInstant(notAfter)}</time>}</Fact>
        <Fact name="Not before">{details?.notBefore && toInstant(details.notBefore)}</Fact>
        <Fact name="Instance">{instance === null ? 'Global: all instances' : (instance.name ?? instance.id)}</Fact>
        <Fact name="Issuer">{details?.issuer.join(', ')}</Fact>
        <Fact name="Organization">{details?.organization.join(', ')}</Fact>
        <Fact name="Serial number">{details?.serialNumber && <code>{details.serialNumber}</code>}</Fact>
        <Fact name="Signature">{signatureAlgorithm}</Fact>
        <Fact name="Key">{algorithmType}</Fact>
        <Fact name="Common name">{commonName}</Fact>
        <Fact name="Certificate ID">
          <code>{id}</code>
        </Fact>
      </dl>
      {detailsProblem && <ProblemNote problem={detailsProblem} onRetry={onRetry} />}
      <h3>Names</h3>
      {subjectAlternativeNames.length === 0 && <p className="quiet">No subject alternative names.</p>}
      <ul className="hosts">
        {subjectAlternativeNames.map((name) => (
          <li key={name}>{name}</li>
        ))}
      </ul>
      <h3>Bound domains</h3>
      {domainsProblem ? (
        <ProblemNote problem={domainsProblem} onRetry={onRetry} />
      ) : (
        <BoundDomains domains={certificate.boundDomains ?? []} />
      )}
    </>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children || <span className="quiet">Unknown</span>}</dd>
    </div>
  );
}
