import { type Certificate, PROJECT_ID, toCertificate, type WireRow } from '../data.ts';

/** How a service without anything special reads ROMA Connect: one fetch for one page. */

const ORIGIN = process.env['UPSTREAM'] ?? '';

export interface Page {
  readonly totalCount: number;
  readonly nodes: readonly Certificate[];
}

export interface Reference {
  readonly id: string;
  readonly instanceId: string;
}

export interface PageArguments {
  readonly instanceId: string;
  readonly first?: number | null;
  /** The offset, as text. */
  readonly after?: string | null;
}

export const listTarget = (instanceId: string, offset: number, limit: number): string =>
  `/v2/${PROJECT_ID}/apic/certificates?instance_id=${encodeURIComponent(instanceId)}&offset=${offset}&limit=${limit}`;

export async function readPage({ instanceId, first, after }: PageArguments): Promise<Page> {
  return readRows(instanceId, Number(after ?? 0), first ?? 20);
}

async function readRows(instanceId: string, offset: number, limit: number): Promise<Page> {
  const response = await fetch(ORIGIN + listTarget(instanceId, offset, limit), { headers: { 'x-auth-token': 'token' } });
  if (!response.ok) throw new Error(`The upstream answered ${response.status}.`);
  const { total, certs } = (await response.json()) as { total: number; certs: WireRow[] };
  return { totalCount: total, nodes: certs.map(toCertificate) };
}

/** The batch function of a DataLoader: one walk through each instance's list for all of its references. */
export async function findCertificates(references: readonly Reference[]): Promise<(Certificate | null)[]> {
  const byInstance = Map.groupBy(references, ({ instanceId }) => instanceId);
  const found = new Map<string, Certificate>();
  await Promise.all(
    [...byInstance].map(([instanceId, wanted]) => walk(instanceId, new Set(wanted.map(({ id }) => id)), found)),
  );
  return references.map(({ id }) => found.get(id) ?? null);
}

async function walk(instanceId: string, wanted: Set<string>, found: Map<string, Certificate>): Promise<void> {
  for (let offset = 0; wanted.size > 0; ) {
    const { nodes, totalCount } = await readRows(instanceId, offset, 500);
    for (const certificate of nodes) if (wanted.delete(certificate.id)) found.set(certificate.id, certificate);
    offset += nodes.length;
    if (nodes.length === 0 || offset >= totalCount) return;
  }
}
