import type { UrlDomainRefInfo } from '../../roma/wire.ts';
import { fieldOf } from '../data/filters.ts';
import { createRandom } from './random.ts';

const groups = ['orders-api', 'payments-api', 'devices-api', 'partner-api'] as const;
const versions = ['TLSv1.1', 'TLSv1.2', 'TLSv1.2'] as const;

/** The domains that a certificate is bound to: some of its names, where a name stands for one host. They follow from its ID alone. */
export function drawBoundDomains(row: object, instanceIds: readonly string[]): readonly UrlDomainRefInfo[] {
  const random = createRandom(`domains of ${String(fieldOf(row, 'id'))}`);
  const san = fieldOf(row, 'san');
  const owner = fieldOf(row, 'instance_id');
  const names = (Array.isArray(san) ? san : []).map((name) => String(name).replace('*', random.pick(['www', 'api', 'eu'])));
  return names.map((name) => ({
    url_domain: name,
    id: random.hex(32),
    status: random.chance(0.8) ? 3 : 1 + random.below(4),
    min_ssl_version: random.pick(versions),
    is_http_redirect_to_https: random.chance(0.5),
    verified_client_certificate_enabled: random.chance(0.1),
    ssl_id: String(fieldOf(row, 'id')),
    ssl_name: String(fieldOf(row, 'name')),
    api_group_id: random.hex(32),
    api_group_name: random.pick(groups),
    instance_id:
      typeof owner === 'string' && instanceIds.includes(owner) ? owner : (instanceIds[random.below(instanceIds.length)] ?? ''),
  }));
}
