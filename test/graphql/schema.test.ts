import { readFileSync } from 'node:fs';
import { isIntrospectionType, isObjectType, parse } from 'graphql';
import { expect, test } from 'vitest';
import { toConnection } from '../../src/certificates/connection.ts';
import { resolvers } from '../../src/graphql/resolvers/resolvers.ts';
import { buildSchema } from '../../src/graphql/schema.ts';
import { boundDomains } from '../../src/roma/endpoints/boundDomains.ts';
import { certificateDetails } from '../../src/roma/endpoints/certificateDetails.ts';
import { aCertificate } from '../support/certificates.ts';

const schema = buildSchema();

test('every resolver is for something that the schema has', () => {
  for (const [type, fields] of Object.entries(resolvers)) {
    const known = schema.getType(type);
    expect(known, type).toBeDefined();
    if (!isObjectType(known)) continue;
    for (const field of Object.keys(fields)) expect(known.getFields()[field], `${type}.${field}`).toBeDefined();
  }
});

/** What resolvers return, by type: a field without a resolver is read from here. */
const connection = toConnection({
  rows: [aCertificate({ id: 'c-1' })],
  hasPrevious: false,
  hasNext: false,
  total: 1,
  readAtMs: 0,
  cursorAt: () => 'cursor',
});
const decoding = { askedAtMs: 0, unknownValue: () => {} };
const detailsQuery = { id: 'c-1', instanceId: 'i-1' };
const details = certificateDetails.decode({ id: 'c-1' }, { ...decoding, query: detailsQuery });
const domainsQuery = { ...detailsQuery, offset: 0, limit: 1 };
const domains = boundDomains.decode({ total: 1, bound_domains: [{ id: 'd-1' }] }, { ...decoding, query: domainsQuery });
const values: Record<string, object> = {
  Query: {},
  Certificate: aCertificate({ id: 'c-1' }),
  CertificateDetails: details?.found?.details ?? {},
  BoundDomain: domains?.page?.rows[0] ?? {},
  RomaInstance: { id: 'i-1' },
  CertificateConnection: connection,
  CertificateEdge: connection.edges[0] ?? {},
  UnreadInstance: { instanceId: 'i-1', code: 'FORBIDDEN', retryable: false, message: 'No.' },
  PageInfo: connection.pageInfo,
  _Service: { sdl: '' },
};

test('every field is resolved: by a resolver, or by a property of what its type maps to', () => {
  const types = Object.values(schema.getTypeMap()).filter((type) => isObjectType(type) && !isIntrospectionType(type));
  expect(types.map(({ name }) => name).sort()).toEqual(Object.keys(values).sort());
  for (const type of types.filter(isObjectType)) {
    const unresolved = Object.values(type.getFields()).filter(
      ({ name, resolve }) => resolve === undefined && !(name in (values[type.name] ?? {})),
    );
    expect(unresolved.map(({ name }) => `${type.name}.${name}`)).toEqual([]);
  }
});

test('no other field than `certificates` is a page, which the counting of rows relies on', () => {
  const sized = /^ {2}(\w+)\((?:(?!^ {2}\w).)*?slicingArguments/gms;
  const text = readFileSync('schema.graphql', 'utf8');
  expect(() => parse(text)).not.toThrow();
  expect([...text.matchAll(sized)].map(([, field]) => field)).toEqual(['certificates', 'certificates']);
});
