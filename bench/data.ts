/** The certificates that every server is asked for. The same in every run, so that answers can be compared with them. */

export const PROJECT_ID = '73d69ae0cfcf460190522d06b60f05ad';

/** One row as ROMA Connect sends it. */
export interface WireRow {
  readonly id: string;
  readonly name: string;
  readonly type: 'global' | 'instance';
  readonly instance_id: string;
  readonly project_id: string;
  readonly common_name: string;
  readonly san: readonly string[];
  readonly not_after: string;
  readonly signature_algorithm: string;
  readonly create_time: string;
  readonly update_time: string;
  readonly algorithm_type: 'RSA' | 'ECC';
  readonly is_has_trusted_root_ca: boolean;
}

export interface Instance {
  readonly id: string;
  readonly rows: readonly WireRow[];
}

/** So many instances with so many certificates each. */
export function createInstances(count: number, rowsEach: number): Instance[] {
  return Array.from({ length: count }, (_, at) => createInstance(at, rowsEach));
}

function createInstance(at: number, count: number): Instance {
  const hex = toHex(`instance ${at}`);
  const id = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  return { id, rows: Array.from({ length: count }, (_, row) => createRow(id, row)) };
}

function createRow(instanceId: string, at: number): WireRow {
  const id = toHex(`${instanceId} ${at}`);
  const host = `host-${at}.${id.slice(0, 6)}.example.com`;
  const day = toDay(2024, at);
  return {
    id,
    name: `certificate_${at}_${id.slice(0, 8)}`,
    type: 'instance',
    instance_id: instanceId,
    project_id: PROJECT_ID,
    common_name: host,
    san: [host, `www.${host}`, `api.${host}`],
    not_after: `${toDay(2031, at)}T09:03:30Z`,
    signature_algorithm: 'SHA256-RSA',
    create_time: `${day}T07:27:06.304004Z`,
    update_time: `${day}T08:27:06.304004Z`,
    algorithm_type: at % 3 === 0 ? 'ECC' : 'RSA',
    is_has_trusted_root_ca: at % 5 === 0,
  };
}

function toDay(year: number, days: number): string {
  return new Date(Date.UTC(year, 0, 1) + days * 86_400_000).toISOString().slice(0, 10);
}

/** 32 hex digits that follow from the text alone (FNV-1a, four times over). */
function toHex(text: string): string {
  let hex = '';
  let hash = 0x811c9dc5;
  for (let part = 0; part < 4; part++) {
    for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    hash ^= hash >>> 15;
    hex += (hash >>> 0).toString(16).padStart(8, '0');
  }
  return hex;
}

/** The same row in the words of the GraphQL schema. */
export function toCertificate(row: WireRow) {
  return {
    id: row.id,
    instanceId: row.instance_id,
    projectId: row.project_id,
    name: row.name,
    scope: row.type === 'global' ? 'GLOBAL' : 'INSTANCE',
    commonName: row.common_name,
    subjectAlternativeNames: row.san,
    signatureAlgorithm: row.signature_algorithm,
    algorithmType: row.algorithm_type,
    notAfter: row.not_after,
    createdAt: row.create_time,
    updatedAt: row.update_time,
    hasTrustedRootCa: row.is_has_trusted_root_ca,
  };
}

export type Certificate = ReturnType<typeof toCertificate>;
