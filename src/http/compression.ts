import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { FastifyInstance } from 'fastify';

const zip = promisify(gzip);

/** What fits into one packet gets no faster. */
const MIN_BYTES = 1_400;

/** Compresses every answer that is long enough, for who accepts it. The express lane does the same for its own. */
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

/** Fast rather than small: a page of certificates shrinks to a fifth either way. */
export function compress(body: Buffer): Promise<Buffer> {
  return zip(body, { level: constants.Z_BEST_SPEED });
}

/** RFC 9110, section 12.5.3. Not by a regular expression: one that backtracks takes seconds for a header of 60 KB. */
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
