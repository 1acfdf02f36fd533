import { Fragment } from 'react';
import { type Certificate, type ExpiryState, toExpiryState, toExpiryText } from './expiry.ts';

const DAY = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' });
const SHOWN_NAMES = 3;

export function CertificateItem({ certificate }: { readonly certificate: Certificate }) {
  const { name, commonName, subjectAlternativeNames: names, scope, algorithmType, notAfter } = certificate;
  const state = toExpiryState(certificate);
  const hosts = names.length > 0 ? names : [commonName ?? 'covers no name'];
  return (
    <li className="certificate" data-state={state}>
      <p className="expiry">
        <Sign state={state} />
        <strong>{toExpiryText(certificate)}</strong>
        {notAfter != null && <time dateTime={notAfter}>{DAY.format(new Date(notAfter))}</time>}
      </p>
      <div>
        <h2>{name ?? 'Without a name'}</h2>
        <p className="hosts">
          {hosts.slice(0, SHOWN_NAMES).map((host, at) => (
            <Fragment key={host}>
              {at > 0 && ', '}
              <span>{host}</span>
            </Fragment>
          ))}
          {hosts.length > SHOWN_NAMES && <span title={names.join(', ')}> and {hosts.length - SHOWN_NAMES} more</span>}
        </p>
      </div>
      <p className="kind">
        <span>{algorithmType ?? 'Unknown key'}</span>
        <span>{scope === 'GLOBAL' ? 'Global' : 'This instance'}</span>
      </p>
    </li>
  );
}

/** Shapes, so that states differ without colours too. The words beside them say the same. */
const SIGNS: Readonly<Record<ExpiryState, string>> = {
  expired: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1ZM5 5l6 6m0-6-6 6',
  urgent: 'M8 1.500 15 14H1L8 1.500ZM8 6v4m0 1.500v.5',
  soon: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1ZM8 4v4l3 2',
  valid: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1ZM4.500 8.200 7 10.700l4.500-5',
  unknown: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1ZM6 6.200a2 2 0 1 1 2 2.300v1m0 1.500v.5',
};

function Sign({ state }: { readonly state: ExpiryState }) {
  return (
    <svg viewBox="0 0 16 16" width="20" height="20" aria-hidden="true" className="sign">
      <path d={SIGNS[state]} />
    </svg>
  );
}
