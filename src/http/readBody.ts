import { isUtf8 } from 'node:buffer';
import type { ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type HeldBytes, isLittle } from './heldBytes.ts';

const unzip = promisify(gunzip);

/**
 * Reads bodies as text. The route parses JSON; Apollo Server refuses other types, among them those of cross-site request forgery.
 * Bodies may be compressed by gzip, as routers do with long ones: `maxBytes` bounds the body before and after decompression. `held`
 * counts the memory of all bodies until their requests end.
 */
export function readBodies(server: FastifyInstance, maxBytes: number, held: HeldBytes): void {
  const responses = new WeakMap<FastifyRequest, ServerResponse>();
  server.addHook('preParsing', (request, { raw }, payload, done) => {
    responses.set(request, raw);
    const length = request.headers['content-length'];
    if (length === undefined) {
      // A chunked body does not say its length: count what arrives.
      payload.on('data', (chunk: Buffer) => {
        if (!held.add(raw, chunk.length)) payload.destroy(noRoom());
      });
    } else if (!isLittle(Number(length)) && !held.has(raw) && !held.add(raw, Math.min(Number(length), maxBytes))) {
      return done(noRoom());
    }
    done(null, payload);
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, async (request: FastifyRequest, body: Buffer) => {
    const { headers } = request;
    const plain = await decode(body, headers['content-encoding'], maxBytes);
    const response = responses.get(request);
    if (response !== undefined && plain !== body && !held.add(response, plain.length)) throw noRoom();
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

function noRoom(): Error {
  return refusal(503, 'The service has more long requests under way than it has room for. Try again in a second.');
}

function refusal(statusCode: number, message: string): Error {
  return Object.assign(new Error(message), { statusCode });
}
