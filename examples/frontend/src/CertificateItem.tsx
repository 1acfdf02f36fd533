import { toExpiryText, toSeverity } from './expiry.ts';
import { Sign } from './Sign.tsx';
import { toDay } from './times.ts';
import type { CertificatePage } from './useCertificates.ts';
import { ViewLink } from './ViewLink.tsx';
import type { View } from './view.ts';

interface Props {
  readonly view: View;
  readonly certificate: CertificatePage['edges'][number]['node'];
}

const SHOWN_NAMES = 3;

export function CertificateItem({ view, certificate }: Props) {
  const { id, name, commonName, subjectAlternativeNames, instance, algorithmType, notAfter } = certificate;
  const names = subjectAlternativeNames.length > 0 ? subjectAlternativeNames : [commonName ?? 'Covers no name'];
  const severity = toSeverity(certificate);
  return (
    <li className="certificate" data-severity={severity}>
      <Sign severity={severity} />
      <p className="expiry">
        <strong>{toExpiryText(certificate)}</strong>
        {notAfter !== null && <time dateTime={notAfter}>{toDay(notAfter)}</time>}
      </p>
      <div className="names">
        <h2>
          <ViewLink view={view} change={{ certificate: id }}>
            {name ?? 'Without a name'}
          </ViewLink>
        </h2>
        <p>
          {names.slice(0, SHOWN_NAMES).join(', ')}
          {names.length > SHOWN_NAMES && ` and ${names.length - SHOWN_NAMES} more`}
        </p>
      </div>
      <p className="owner">
        {/* A global certificate belongs to no instance. */}
        <span>{instance === null ? 'Global' : (instance.name ?? instance.id)}</span>
        <span>{algorithmType ?? 'Unknown key'}</span>
      </p>
    </li>
  );
}
