import type { Severity } from './expiry.ts';

/** Shapes, so that severities differ without colours too. The words beside them say the same. */
const SIGNS: Readonly<Record<Severity, string>> = {
  expired:
    'M5.200 1.250h5.600l3.950 3.950v5.600l-3.950 3.950H5.200L1.250 10.800V5.200ZM5.700 5.700l4.600 4.600m0-4.600-4.600 4.600',
  urgent: 'M8 1.750 15 14H1L8 1.750ZM8 6.250v3.500m0 2v.25',
  soon: 'M8 1.250a6.750 6.750 0 1 0 0 13.500A6.750 6.750 0 0 0 8 1.250ZM8 4.250V8l2.750 1.750',
  valid: 'M2.500 8.500l3.500 3.500 7.500-8',
  unknown: 'M5.500 6a2.500 2.500 0 1 1 2.500 2.750v1.250m0 2.500v.25',
};

export function Sign({ severity }: { readonly severity: Severity }) {
  return (
    <svg viewBox="0 0 16 16" width="18" height="18" aria-hidden="true" className="sign">
      <path d={SIGNS[severity]} />
    </svg>
  );
}
