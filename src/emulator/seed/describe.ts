import type { CertificateDetailResp } from '../../roma/wire.ts';
import { fieldOf } from '../data/filters.ts';
import { DAY_MS, toSeconds } from './instants.ts';
import { createRandom, type Random } from './random.ts';

const issuers = ['Example Trust CA', 'Example Issuing CA 3', 'CFCA Example OV', 'Internal Example Root'] as const;
interface Place {
  readonly country: string;
  readonly state: string;
  readonly locality: string;
}

const places: readonly [Place, ...Place[]] = [
  { country: 'CN', state: 'Guangdong', locality: 'Shenzhen' },
  { country: 'CN', state: '贵州省', locality: '贵阳市' },
  { country: 'DE', state: 'Hessen', locality: 'Frankfurt am Main' },
  { country: 'SG', state: 'Singapore', locality: 'Singapore' },
];
const organisations = ['Aurora Retail', 'Northwind Bank', 'Lotus Logistics', 'Harbour Energy'] as const;
const units = ['IT', 'Platform', 'Security'] as const;

/** What a list does not say of a certificate: it follows from its ID alone, so that every restart says the same. */
export function describe(row: object): Omit<CertificateDetailResp, 'id'> {
  const random = createRandom(`details of ${String(fieldOf(row, 'id'))}`);
  const place = random.pick(places);
  const isPlain = random.chance(0.2);
  return {
    version: 3,
    organization: [random.pick(organisations)],
    // A certificate that only proves a domain names nobody; a nil Go slice prints as null [A].
    organizational_unit: isPlain ? null : [random.pick(units)],
    locality: isPlain ? [] : [place.locality],
    state: isPlain ? [] : [place.state],
    country: [place.country],
    issuer: [random.pick(issuers)],
    not_before: toSeconds(drawStart(row, random)),
    serial_number: String(10_000 + random.below(2 ** 31)),
  };
}

/** Up to a year before the end, or before today where there is no end. */
function drawStart(row: object, random: Random): number {
  const end = Date.parse(String(fieldOf(row, 'not_after')));
  return (end > 0 ? end : Date.parse('2026-01-01T00:00:00Z')) - (90 + random.below(300)) * DAY_MS;
}
