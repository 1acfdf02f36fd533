import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { acceptsGzip } from '../../src/http/compression.ts';
import { type App, startApp } from '../support/app.ts';

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

test.each<[header: string | undefined, accepts: boolean]>([
  [undefined, false],
  ['', false],
  ['gzip', true],
  ['br, GZIP;q=0.5', true],
  ['x-gzip', true],
  ['gzip;q=0', false],
  ['gzip; q=0.0, *', false],
  ['*', true],
  ['*;q=0', false],
  ['br, deflate', false],
  ['gzipped', false],
  [`${' '.repeat(60_000)}gzip;q=${'1'.repeat(1_000)}`, true],
])('Accept-Encoding: %.30s: %s', (header, accepts) => {
  expect(acceptsGzip(header)).toBe(accepts);
});

/** Bytes as they came: `fetch` decompresses. */
const post = (query: string, acceptEncoding?: string): Promise<{ headers: NodeJS.Dict<string | string[]>; body: Buffer }> =>
  new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', ...(acceptEncoding && { 'accept-encoding': acceptEncoding }) };
    const sent = request(app.url, { method: 'POST', headers }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      resolve({ headers: response.headers, body: Buffer.concat(chunks) });
    });
    sent.on('error', reject);
    sent.end(JSON.stringify({ query }));
  });

test('a long answer is compressed for who accepts it, on either way, and a short one for nobody', async () => {
  const alias = `q${randomBytes(4).toString('hex')}`;
  const long = `query ${alias} { certificates(instanceId: "${app.instanceIds[0]}", first: 100) { nodes { id name subjectAlternativeNames } } }`;
  // The long way, by its plan, and the whole answer again.
  for (let time = 0; time < 3; time++) {
    const plain = await post(long);
    expect(plain.headers['content-encoding']).toBeUndefined();
    const zipped = await post(long, 'gzip, deflate');
    expect(zipped.headers).toMatchObject({
      'content-encoding': 'gzip',
      'content-length': String(zipped.body.length),
      vary: expect.stringContaining('accept-encoding'),
    });
    expect(zipped.body.length).toBeLessThan(plain.body.length / 2);
    expect(gunzipSync(zipped.body)).toEqual(plain.body);
  }
  for (let time = 0; time < 2; time++) {
    expect((await post('{ __typename }', 'gzip')).headers['content-encoding']).toBeUndefined();
  }
});
