import { isUtf8 } from 'node:buffer';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const unzip = promisify(gunzip);

/**
 * Bodies become text: the route parses what is JSON, and Apollo Server refuses the rest (as cross-site request forgery, if need be).
 * Routers compress long ones. The bound of `maxBytes` holds again after decompression.
 */
export function readBodies(server: FastifyInstance, maxBytes: number): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, async ({ headers }: FastifyRequest, body: Buffer) => {
    const plain = await decode(body, headers['content-encoding'], maxBytes);
    if (!isUtf8Charset(headers['content-type']))
      throw refusal(415, 'The charset of the request body is not supported. Send UTF-8.');
    if (!isUtf8(plain)) throw refusal(400, 'The request body is not UTF-8.');
    return withoutByteOrderMark(plain.toString());
  });
}

async function decode(body: Buffer, encoding: string | undefined, maxOutputLength: number): Promise<Buffer> {
  switch (encoding?.trim().toLowerCase()) {
    case undefined:
    case '':
    case 'identity':
      return body;
    case 'gzip':
    case 'x-gzip':
      try {
        return await unzip(body, { maxOutputLength });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw refusal(413, TOO_LARGE);
        throw refusal(400, 'The request body is not gzip, although Content-Encoding says so.');
      }
    default:
      throw refusal(415, 'The Content-Encoding of the request is not supported. Send gzip, or none.');
  }
}

export const TOO_LARGE = 'The request body is too large: at most 1 MiB is allowed. Send fewer representations at once.';

/** JSON is UTF-8 (RFC 8259, section 8.1), whether or not a charset says so. */
function isUtf8Charset(contentType = ''): boolean {
  const charset = /;\s*charset\s*=\s*"?([^\s";]*)/i.exec(contentType)?.[1];
  return charset === undefined || /^utf-?8$/i.test(charset);
}

/** RFC 8259, section 8.1: parsers may ignore it. */
function withoutByteOrderMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

function refusal(statusCode: number, message: string): Error {
  return Object.assign(new Error(message), { statusCode });
}
