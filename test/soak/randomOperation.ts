import type { EmulatorFacts } from '../../src/emulator/control.ts';
import type { Random } from '../../src/emulator/seed/random.ts';

export interface Operation {
  readonly query: string;
  readonly variables: object;
}

/**
 * Any operation that a client could send, good or bad. Few texts and few sizes, so that caches of documents and answers are full soon:
 * what grows after that is a leak.
 */
export function randomOperation(random: Random, { instanceIds }: EmulatorFacts, ids: readonly string[]): Operation {
  const instanceId = pick(random, [...instanceIds, ...instanceIds, 'made-up', 'common', '../bad', '__proto__']);
  const id = pick(random, [...ids, 'nowhere', 'not an ID']);
  const size = pick(random, [0, 1, 20, 500, 501, -1]);
  const good: Operation[] = [
    { query: PAGE, variables: { instanceId, page: { first: size } } },
    { query: PAGES, variables: { a: pick(random, instanceIds), b: instanceId, first: size, last: 3 } },
    { query: SORTED, variables: { instanceId, coversHost: pick(random, ['www.example.com', '*.example.org', null]) } },
    { query: LOOKUP, variables: { id } },
    {
      query: ENTITIES,
      variables: { refs: Array.from({ length: 1 + random.below(40) }, () => randomReference(random, instanceId, ids)) },
    },
  ];
  const bad: Operation[] = [
    { query: '{ nothing }', variables: {} },
    { query: `{ ${'__typename '.repeat(400)} }`, variables: {} },
    { query: '{ ', variables: {} },
  ];
  return pick(random, random.chance(0.9) ? good : bad);
}

function randomReference(random: Random, instanceId: string, ids: readonly string[]): object {
  const __typename = pick(random, ['Certificate', 'Certificate', 'RomaInstance', 'Nothing']);
  return {
    __typename,
    id: pick(random, [...ids, 'nowhere', '__proto__', 7]),
    instanceId: pick(random, [instanceId, null, undefined]),
  };
}

export function pick<T>(random: Random, list: readonly T[]): T {
  return list[random.below(list.length)] as T;
}

const FIELDS = '{ totalCount pageInfo { endCursor } nodes { id name notAfter instance { id } } }';
const PAGE = `query ($instanceId: ID!) { certificates(instanceId: $instanceId, first: 20) ${FIELDS} }`;
const PAGES = `query ($a: ID!, $b: ID!, $first: Int, $last: Int) {
  one: certificates(instanceId: $a, first: $first) ${FIELDS}
  two: certificates(instanceId: $b, last: $last) ${FIELDS}
  three: certificates(instanceId: $b, filter: { algorithmType: RSA }) { totalCount }
}`;
const SORTED = `query ($instanceId: ID!, $coversHost: String) {
  certificates(instanceId: $instanceId, orderBy: { field: NOT_AFTER }, filter: { coversHost: $coversHost }) ${FIELDS}
}`;
const LOOKUP = 'query ($id: ID!) { certificate(id: $id) { id name } }';
const ENTITIES = `query ($refs: [_Any!]!) {
  _entities(representations: $refs) { ... on Certificate { id name } ... on RomaInstance { certificates(first: 2) { nodes { id } } } }
}`;
