import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { FastifyInstance } from 'fastify';

const zip = promisify(gzip);

/** An answer that fits into one packet arrives no faster when compressed. */
const MIN_BYTES = 1_400;

/** Compresses answers that are long enough, for clients that accept gzip. The express lane compresses its own answers. */
export function compressAnswers(server: FastifyInstance): void {
  server.addHook('onSend', async ({ headers, method }, reply, payload) => {
    if ((typeof payload !== 'string' && !Buffer.isBuffer(payload)) || reply.hasHeader('content-encoding')) return payload;
    const body = Buffer.from(payload as string);
    if (method === 'HEAD' || !isWorthwhile(body, headers['accept-encoding'])) return payload;
    reply.header('content-encoding', 'gzip').removeHeader('content-length');
    return compress(body);
  });
}

export function isWorthwhile(body: Buffer, acceptEncoding: string | string[] | undefined): boolean {
  return body.length >= MIN_BYTES && acceptsGzip(acceptEncoding);
}

/** At the fastest level: a page of certificates shrinks to a fifth at any level. */
export function compress(body: Buffer): Promise<Buffer> {
  return zip(body, { level: constants.Z_BEST_SPEED });
}

/** RFC 9110, section 12.5.3. Without a regular expression, whose backtracking takes seconds for a header of 60 KB. */
export function acceptsGzip(header: string | string[] | undefined): boolean {
  let acceptsAny = false;
  for (const entry of String(header ?? '').split(',')) {
    const [coding = '', ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    const isAccepted = weight === undefined || Number(weight) > 0;
    if (coding === 'gzip' || coding === 'x-gzip') return isAccepted;
    if (coding === '*') acceptsAny = isAccepted;
  }
  return acceptsAny;
}
