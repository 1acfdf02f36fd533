import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { coversHost, readHost } from '../../src/certificates/hostCoverage.ts';
import { aCertificate } from '../support/certificates.ts';

function covers(host: string, subjectAlternativeNames: string[], commonName: string | null = null): boolean {
  return coversHost(aCertificate({ id: 'c-1', subjectAlternativeNames, commonName }), readHost(host));
}

describe('a certificate covers', () => {
  test.each<[host: string, names: string[], commonName: string | null, covered: boolean]>([
    ['www.example.com', ['www.example.com'], null, true],
    ['WWW.Example.COM', ['www.example.com'], null, true],
    ['www.example.com.', ['www.example.com'], null, true],
    ['www.example.com', ['WWW.EXAMPLE.COM.'], null, true],
    ['a.example.com', ['*.example.com'], null, true],
    ['a.b.example.com', ['*.example.com'], null, false],
    ['example.com', ['*.example.com'], null, false],
    ['abc.example.com', ['a*.example.com'], null, false],
    ['a.b.example.com', ['a.*.example.com'], null, false],
    ['localhost', ['*'], null, false],
    ['192.0.2.1', ['192.0.2.1'], null, true],
    ['192.0.2.1', ['*.0.2.1'], null, false],
    ['2001:db8::1', ['2001:0DB8:0:0::1'], null, true],
    ['[2001:db8::1]', ['2001:db8::1'], null, true],
    ['bücher.example', ['xn--bcher-kva.example'], null, true],
    ['xn--bcher-kva.example', ['bücher.example'], null, true],
    ['www.example.com', [], 'www.example.com', true],
    ['www.example.com', ['other.example.com'], 'www.example.com', false],
    ['192.0.2.1', [], '192.0.2.1', true],
    ['www.example.com', [], null, false],
    ['www.example.com', ['', '..', 'not a name'], null, false],
  ])('%s by %j (common name %s): %s', (host, names, commonName, covered) => {
    expect(covers(host, names, commonName)).toBe(covered);
  });

  test.each(['', '*.example.com', 'https://example.com', 'example.com:443', 'a..b', '-a.example', 'a b', '.'])(
    'a question about "%s" is refused',
    (host) => {
      expect(() => readHost(host)).toThrow('such as "www.example.com"');
    },
  );

  test('what a TLS client accepts, where the two rules coincide: plain names and whole-label wildcards', () => {
    const label = fc.constantFrom('a', 'b', 'www', 'x-1');
    const parent = fc.array(label, { minLength: 2, maxLength: 3 }).map((labels) => labels.join('.'));
    const pattern = fc.tuple(fc.constantFrom('', '*.', 'a.'), parent).map((parts) => parts.join(''));
    const name = fc.tuple(fc.constantFrom('', 'a.', 'www.', 'a.b.'), parent).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.array(pattern, { minLength: 1, maxLength: 3 }), name, (names, host) => {
        const subjectaltname = names.map((dns) => `DNS:${dns}`).join(', ');
        const accepted = checkServerIdentity(host, { subject: { CN: 'cn' }, subjectaltname } as PeerCertificate) === undefined;
        expect(covers(host, names)).toBe(accepted);
      }),
      { numRuns: 2000 },
    );
  });
});
