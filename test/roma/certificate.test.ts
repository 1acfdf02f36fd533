import { expect, test } from 'vitest';
import { toCertificate } from '../../src/roma/certificate.ts';
import { EXAMPLE_ROW, INSTANCE, PROJECT } from './anOperation.ts';

const ID = EXAMPLE_ROW.id;

function decode(row: unknown) {
  const unknown: string[] = [];
  const certificate = toCertificate(row, INSTANCE, (field) => unknown.push(field));
  return { certificate, unknown };
}

test('the documented example', () => {
  const { certificate, unknown } = decode(EXAMPLE_ROW);
  expect(certificate).toEqual({
    id: ID,
    instanceId: INSTANCE,
    projectId: PROJECT,
    name: 'cert_demo',
    scope: 'INSTANCE',
    commonName: 'apigtest.xxx.com',
    subjectAlternativeNames: ['apigtest.xxx.com', '*.san.com'],
    signatureAlgorithm: 'SHA256-RSA',
    algorithmType: 'RSA',
    notAfter: '2021-04-26T09:03:30Z',
    createdAt: '2021-08-26T07:27:06.304004Z',
    updatedAt: '2021-08-26T07:27:06.304004Z',
    hasTrustedRootCa: false,
  });
  expect(unknown).toEqual([]);
});

test('a row with nothing but an ID', () => {
  const { certificate, unknown } = decode({ id: ID });
  expect(certificate).toEqual({
    id: ID,
    instanceId: INSTANCE,
    projectId: null,
    name: null,
    scope: null,
    commonName: null,
    subjectAlternativeNames: [],
    signatureAlgorithm: null,
    algorithmType: null,
    notAfter: null,
    createdAt: null,
    updatedAt: null,
    hasTrustedRootCa: false,
  });
  expect(unknown).toEqual([]);
});

test.each<[string, object, object, string[]]>([
  ['an empty common name', { common_name: '' }, { commonName: '' }, []],
  ['unknown fields', { version: 3, __proto__: { name: 'x' }, constructor: 1 }, { name: null }, []],
  ['nulls', { name: null, type: null, san: null, not_after: null, instance_id: null }, { name: null, scope: null }, []],
  ['a name that is a number', { name: 7 }, { name: null }, ['name']],
  ['a common name that is a list', { common_name: ['a'] }, { commonName: null }, ['commonName']],
  ['an unknown scope', { type: 'tenant' }, { scope: null }, ['scope']],
  ['a scope in capitals', { type: 'GLOBAL' }, { scope: null }, ['scope']],
  ['a scope that is a name of Object', { type: 'constructor' }, { scope: null }, ['scope']],
  ['a scope of the wrong type', { type: {} }, { scope: null }, ['scope']],
  ['an empty scope', { type: '' }, { scope: null }, []],
  ['an unknown algorithm', { algorithm_type: 'ED448' }, { algorithmType: null }, ['algorithmType']],
  ['an algorithm named __proto__', { algorithm_type: '__proto__' }, { algorithmType: null }, ['algorithmType']],
  ['SM2', { algorithm_type: 'SM2' }, { algorithmType: 'SM2' }, []],
  ['a global one', { type: 'global', instance_id: 'common' }, { scope: 'GLOBAL', instanceId: 'common' }, []],
  ['a global one without instance', { type: 'global' }, { instanceId: 'common' }, []],
  ['a global one with an empty instance', { type: 'global', instance_id: '' }, { instanceId: 'common' }, []],
  ['an instance ID of the wrong type', { type: 'instance', instance_id: 5 }, { instanceId: INSTANCE }, ['instanceId']],
  ['a malformed instance ID', { type: 'instance', instance_id: 'a/b' }, { instanceId: INSTANCE }, ['instanceId']],
  ['names that are no list', { san: 'a' }, { subjectAlternativeNames: [] }, ['subjectAlternativeNames']],
  [
    'names of the wrong type',
    { san: ['a', 1, null, 'b'] },
    { subjectAlternativeNames: ['a', 'b'] },
    ['subjectAlternativeNames', 'subjectAlternativeNames'],
  ],
  ['an empty time', { not_after: '' }, { notAfter: null }, []],
  ['a zero time', { not_after: '0001-01-01T00:00:00Z' }, { notAfter: null }, []],
  ['a zero time in Shanghai', { not_after: '0001-01-01T08:05:43+08:05' }, { notAfter: null }, []],
  ['a zero time in New York', { create_time: '0000-12-31T19:03:58-04:56' }, { createdAt: null }, []],
  ['an unreadable time', { not_after: 'soon' }, { notAfter: null }, ['notAfter']],
  ['a time of the wrong type', { update_time: 1629962826 }, { updatedAt: null }, ['updatedAt']],
  [
    'nine digits and an offset',
    { create_time: '2020-09-19T15:27:47.605711411+08:00' },
    { createdAt: '2020-09-19T07:27:47.605711411Z' },
    [],
  ],
  ['a trusted root', { is_has_trusted_root_ca: true }, { hasTrustedRootCa: true }, []],
  ['a trusted root of the wrong type', { is_has_trusted_root_ca: 'true' }, { hasTrustedRootCa: false }, ['hasTrustedRootCa']],
])('%s', (_what, fields, expected, counted) => {
  const { certificate, unknown } = decode({ id: ID, ...fields });
  expect(certificate).toMatchObject(expected);
  expect(unknown).toEqual(counted);
});

test.each([undefined, null, 7, 'text', [], {}, { id: 7 }, { id: '' }, { id: null }, { id: 'a b' }, { ID }])(
  'the row %j has no readable ID: its place stays empty',
  (row) => {
    expect(decode(row)).toEqual({ certificate: null, unknown: ['id'] });
  },
);

test('a certificate cannot be changed', () => {
  const { certificate } = decode(EXAMPLE_ROW);
  expect(Object.isFrozen(certificate)).toBe(true);
  expect(Object.isFrozen(certificate?.subjectAlternativeNames)).toBe(true);
});
