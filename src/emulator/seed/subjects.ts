import type { Random } from './random.ts';

/** What a certificate is for. All domains are under names that RFC 2606 keeps free, so that none is anybody's. */
export interface Subject {
  readonly commonName: string;
  readonly san: readonly string[];
  /** A word for the certificate's name. */
  readonly purpose: string;
}

const organisations = [
  'aurora-retail.example',
  'northwind-bank.example',
  'lotus-logistics.example',
  'harbour-energy.example',
  'jade-mobility.example',
  'meridian-health.example',
  'contoso-iot.example.com',
  'example.org',
] as const;

const purposes = [
  'api',
  'orders',
  'payments',
  'billing',
  'login',
  'catalog',
  'devices',
  'mqtt',
  'reports',
  'partner',
  'hooks',
  'files',
] as const;
const stages = ['', '', '', 'dev.', 'test.', 'staging.', 'eu.', 'cn-north.'] as const;

/** Unicode names in the form that DNS carries: bücher, 例子, 支付. */
const internationalised = ['xn--bcher-kva.example', 'xn--fsqu00a.example.com', 'api.xn--zfr164b.example.org'] as const;

export function drawSubject(random: Random): Subject {
  const purpose = random.pick(purposes);
  const luck = random.fraction();
  if (luck < 0.04) return internationalSubject(random, purpose);
  if (luck < 0.08) return addressSubject(random, purpose);
  const organisation = random.pick(organisations);
  const domain = `${random.pick(stages)}${organisation}`;
  if (luck < 0.33) return { commonName: `*.${domain}`, san: [`*.${domain}`, domain], purpose: 'wildcard' };
  const host = `${purpose}.${domain}`;
  if (luck < 0.75) return { commonName: host, san: [host], purpose };
  const san = [host, `${purpose}-v2.${domain}`, `*.${purpose}.${domain}`];
  return { commonName: host, san, purpose };
}

function internationalSubject(random: Random, purpose: string): Subject {
  const commonName = random.pick(internationalised);
  return { commonName, san: [commonName, `www.${commonName}`], purpose };
}

/** Addresses are from the ranges kept for documentation (RFC 5737, RFC 3849). */
function addressSubject(random: Random, purpose: string): Subject {
  const address = `192.0.2.${1 + random.below(254)}`;
  return {
    commonName: address,
    san: [address, `2001:db8::${random.below(0xffff).toString(16)}`, `${purpose}.internal.example`],
    purpose,
  };
}
