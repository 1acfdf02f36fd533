import { expect, test } from 'vitest';
import type { ListFilter } from '../../src/certificates/lists.ts';
import { certificateList } from '../../src/roma/endpoints/certificateList.ts';
import { aQuery, INSTANCE, PROJECT } from './anOperation.ts';

test('a list without conditions', () => {
  expect(certificateList.request(PROJECT, aQuery({ offset: 40 })).target).toBe(
    `/v2/${PROJECT}/apic/certificates?instance_id=${INSTANCE}&offset=40&limit=20`,
  );
});

test.each<[ListFilter, string]>([
  [{ name: 'cert_demo' }, 'name=cert_demo'],
  [{ name: '' }, 'name='],
  [{ name: 'a b+c' }, 'name=a%20b%2Bc'],
  [{ name: '证书_一' }, 'name=%E8%AF%81%E4%B9%A6_%E4%B8%80'],
  [{ name: '🔒' }, 'name=%F0%9F%94%92'],
  [{ name: "!'()*-_.~" }, 'name=%21%27%28%29%2A-_.~'],
  [{ name: 'x&instance_id=other#?/\\' }, 'name=x%26instance_id%3Dother%23%3F%2F%5C'],
  [{ name: 'a\r\nX-Evil: 1\0' }, 'name=a%0D%0AX-Evil%3A%201%00'],
  [{ name: '__proto__' }, 'name=__proto__'],
  [{ name: '100%41' }, 'name=100%2541'],
  [{ commonName: '*.example.com' }, 'common_name=%2A.example.com'],
  [{ signatureAlgorithm: 'SHA256-RSA' }, 'signature_algorithm=SHA256-RSA'],
  [{ scope: 'GLOBAL' }, 'type=global'],
  [{ scope: 'INSTANCE' }, 'type=instance'],
  [{ algorithmType: 'SM2' }, 'algorithm_type=SM2'],
  [
    { algorithmType: 'RSA', scope: 'GLOBAL', name: 'n', commonName: 'c', signatureAlgorithm: 's' },
    'name=n&common_name=c&signature_algorithm=s&type=global&algorithm_type=RSA',
  ],
])('the filter %j is written as %s', (filter, written) => {
  const { target } = certificateList.request(PROJECT, aQuery({ filter }));
  expect(target).toBe(`/v2/${PROJECT}/apic/certificates?instance_id=${INSTANCE}&offset=0&limit=20&${written}`);
});

test.each<[keyof ListFilter, string]>([
  ['name', '\ud800'],
  ['commonName', 'a\udc00b'],
  ['signatureAlgorithm', 'x\ud83d'],
])('half a character in %s is the caller’s mistake', (field, value) => {
  expect(() => certificateList.request(PROJECT, aQuery({ filter: { [field]: value } }))).toThrow(
    expect.objectContaining({ code: 'BAD_USER_INPUT', message: expect.stringContaining(`filter.${field}`) }),
  );
});

test.each(['', '../x', 'a/b', 'a?b', 'a b', 'a%2f', 'é', 'x'.repeat(65), 'a\n'])(
  'the instance ID %j never becomes part of a URL',
  (instanceId) => {
    expect(() => certificateList.request(PROJECT, aQuery({ instanceId }))).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT' }),
    );
  },
);

test('a project ID that is none is a mistake of this program', () => {
  expect(() => certificateList.request('a/b', aQuery())).toThrow(TypeError);
});
