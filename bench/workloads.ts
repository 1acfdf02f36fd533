import { type Certificate, type Instance, toCertificate } from './data.ts';

/** One GraphQL request and the answer that is right for it. */
export interface Ask {
  readonly body: { readonly query: string; readonly variables: Readonly<Record<string, unknown>> };
  readonly answer: { readonly data: Readonly<Record<string, unknown>> };
}

export interface Workload {
  readonly name: string;
  readonly title: string;
  readonly latencyMs: number;
  /** Whether no answer of the upstream is ever the same again, byte for byte. */
  readonly isChanging: boolean;
  /** Asked one after the other, over and over. One alone: the workload is hot. */
  readonly asks: readonly Ask[];
}

/** The cursor behind which the row at `offset` comes; null for the first row. Every server has its own. */
export type CursorAt = (instanceId: string, offset: number) => string | null;

/** The instances of the workloads, and the rows of each: 25 times 10 pages are the 250 different arguments. */
export const INSTANCES = 25;
export const ROWS = 200;
export const PAGES = 10;
export const PAGE_SIZE = 20;

const JOINED_INSTANCES = 5;
const JOIN_SIZE = 100;
const JOINS = 50;

const PAGE_QUERY = `query Page($instanceId: ID!, $first: Int, $after: String) {
  certificates(instanceId: $instanceId, first: $first, after: $after) {
    nodes {
      id instanceId projectId name scope commonName subjectAlternativeNames
      signatureAlgorithm algorithmType notAfter createdAt updatedAt hasTrustedRootCa
    }
  }
}`;

const ITEM_QUERY = `query Item($instanceId: ID!, $first: Int, $after: String) {
  certificates(instanceId: $instanceId, first: $first, after: $after) { nodes { id name } }
}`;

const JOIN_QUERY = `query Join($representations: [_Any!]!) {
  _entities(representations: $representations) {
    ... on Certificate { id instanceId name commonName notAfter algorithmType }
  }
}`;

const OVERLAPPING_INSTANCES = 5;
const OVERLAPPING_PAGES = 50;
const OVERLAP_STEP = 3;

const COUNTED_QUERY = PAGE_QUERY.replace('    nodes {', '    totalCount\n    nodes {');

const titles: Readonly<Record<string, string>> = {
  W1: 'one page of 20 certificates, all 13 fields, always the same',
  W1v: 'one page of 20 certificates, all 13 fields, 250 different ones in turn',
  W1c: 'one page of 20 certificates, all 13 fields and the total, 250 overlapping ones of 5 instances, and no answer of ROMA Connect ever the same',
  W2: 'a join: 100 certificates by reference in 5 instances of 200, 6 fields, always the same',
  W2v: 'a join: 100 certificates by reference in 5 instances of 200, 6 fields, 50 different sets in turn',
  W3: 'one certificate, two fields, always the same',
  W3v: 'one certificate, two fields, 250 different ones in turn',
};

/** All workloads by default: every one without latency, and the varied ones with 5 ms. */
export const workloadNames: readonly string[] = [...Object.keys(titles), 'W1v@5', 'W2v@5', 'W3v@5'];

/** `W1v@5` is W1v with an upstream that answers 5 ms late. */
export function createWorkload(name: string, instances: readonly Instance[], cursorAt: CursorAt): Workload {
  const [base = '', latency = '0'] = name.split('@');
  const title = titles[base];
  if (title === undefined) throw new Error(`There is no workload ${name}; there are ${workloadNames.join(', ')}.`);
  const isChanging = base.endsWith('c');
  const all = isChanging ? toOverlappingPages(instances, cursorAt) : toAsks(base.slice(0, 2), instances, cursorAt);
  const asks = base.endsWith('v') || isChanging ? all : all.slice(0, 1);
  return { name, title, latencyMs: Number(latency), isChanging, asks };
}

function toAsks(kind: string, instances: readonly Instance[], cursorAt: CursorAt): Ask[] {
  switch (kind) {
    case 'W1':
      return toPages(instances, cursorAt, PAGE_SIZE, PAGE_QUERY, (certificate) => certificate);
    case 'W2':
      return toJoins(instances.slice(0, JOINED_INSTANCES));
    default:
      return toPages(instances, cursorAt, 1, ITEM_QUERY, ({ id, name }) => ({ id, name }));
  }
}

function toPages(
  instances: readonly Instance[],
  cursorAt: CursorAt,
  size: number,
  query: string,
  select: (certificate: Certificate) => object,
): Ask[] {
  return Array.from({ length: PAGES }, (_, page) => page * size).flatMap((offset) =>
    instances.map(({ id, rows }) => ({
      body: { query, variables: { instanceId: id, first: size, after: cursorAt(id, offset) } },
      answer: { data: { certificates: { nodes: rows.slice(offset, offset + size).map((row) => select(toCertificate(row))) } } },
    })),
  );
}

function toOverlappingPages(instances: readonly Instance[], cursorAt: CursorAt): Ask[] {
  return Array.from({ length: OVERLAPPING_PAGES }, (_, page) => page * OVERLAP_STEP).flatMap((offset) =>
    instances.slice(0, OVERLAPPING_INSTANCES).map(({ id, rows }) => ({
      body: { query: COUNTED_QUERY, variables: { instanceId: id, first: PAGE_SIZE, after: cursorAt(id, offset) } },
      answer: {
        data: {
          certificates: {
            totalCount: rows.length,
            nodes: rows.slice(offset, offset + PAGE_SIZE).map((row) => toCertificate(row)),
          },
        },
      },
    })),
  );
}

function toJoins(instances: readonly Instance[]): Ask[] {
  const rows = instances.flatMap((instance) => instance.rows);
  return Array.from({ length: JOINS }, (_, set) => {
    // A stride without a common divisor with their number takes rows of all instances, each at most once.
    const joined = Array.from({ length: JOIN_SIZE }, (_, at) =>
      toCertificate(rows[(set * 7 + at * 611) % rows.length] as (typeof rows)[0]),
    );
    return {
      body: {
        query: JOIN_QUERY,
        variables: { representations: joined.map(({ id, instanceId }) => ({ __typename: 'Certificate', id, instanceId })) },
      },
      answer: {
        data: {
          _entities: joined.map(({ id, instanceId, name, commonName, notAfter, algorithmType }) => ({
            id,
            instanceId,
            name,
            commonName,
            notAfter,
            algorithmType,
          })),
        },
      },
    };
  });
}
