import { isId } from '../../certificates/id.ts';
import type { ListedInstance } from '../../certificates/instance.ts';
import type { Endpoint, Reading } from '../Endpoint.ts';
import { projectPath, toRestRequest } from '../request.ts';
import { toText } from '../values.ts';
import type { ListInstancesAnswer, RomaInstanceInfo } from '../wire.ts';
import { isTotal } from './certificateList.ts';

/** `offset` null: the v3 endpoint, which has no pages. */
export interface InstancesQuery {
  readonly offset: number | null;
}

export interface InstancesAnswer extends Reading {
  readonly total: number;
  /** The number of rows in the answer, including those without a readable ID. */
  readonly size: number;
  readonly instances: readonly ListedInstance[];
}

/** `maxItems: 100` in the vendor's definition of CheckRomaInstanceListV2. */
export const MAX_INSTANCES = 100;

/** The list of instances changes rarely. With this reuse time, a new instance is seen within a minute. */
const REUSE_MS = 60_000;

/**
 * "Querying the Instance List": GET /v2/{project_id}/instances, and GET /v3/{project_id}/roma/instances (ListRomaInstancesV3) for newer
 * instances. Whether v2 lists those too is not documented.
 */
export const instanceList: Endpoint<InstancesQuery, InstancesAnswer> = {
  name: 'instances',
  template: '/v2/{project_id}/instances',
  noun: 'a list of instances',
  reuseMs: REUSE_MS,

  request: (projectId, { offset }) =>
    offset === null
      ? toRestRequest(`${projectPath(projectId, 'v3')}/roma/instances`, [])
      : toRestRequest(`${projectPath(projectId)}/instances`, [
          ['offset', String(offset)],
          ['limit', String(MAX_INSTANCES)],
        ]),

  decode(body, { query, askedAtMs, unknownValue }) {
    const { total, instances } = body as { readonly [name in keyof ListInstancesAnswer]?: unknown };
    // A nil Go slice prints as null.
    const rows = instances ?? [];
    if (!Array.isArray(rows)) return undefined;
    // The Go SDK v3 holds `total` optional where there are no pages.
    const count = total ?? rows.length;
    if (!isTotal(count) || (rows.length === 0 && (query.offset ?? 0) < count)) return undefined;
    const listed = rows
      .slice(0, query.offset === null ? undefined : MAX_INSTANCES)
      .flatMap((row) => toInstance(row, unknownValue));
    return { total: count, size: rows.length, instances: Object.freeze(listed), readAtMs: askedAtMs };
  },

  key: ({ offset }) => String(offset),
  place: ({ offset }) => (offset === null ? 'instances:v3' : 'instances:v2'),
  instanceId: () => null,
  bytes: ({ instances }) => 200 * instances.length,
  traced: ({ offset }) => ({ 'roma.offset': offset ?? 0 }),
  tracedAnswer: ({ instances, total }) => ({ 'roma.rows': instances.length, 'roma.total': total }),
};

function toInstance(wire: unknown, unknownValue: (field: string) => void): ListedInstance[] {
  const row = (typeof wire === 'object' && wire !== null ? wire : {}) as {
    readonly [name in keyof RomaInstanceInfo]?: unknown;
  };
  if (!isId(row.id)) {
    unknownValue('instances.id');
    return [];
  }
  return [
    Object.freeze({
      id: row.id,
      name: toText(row.name, 'instances.name', unknownValue),
      status: toText(row.status, 'instances.status', unknownValue),
    }),
  ];
}
