import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

const gunzipBounded = promisify(gunzip);

/** The decompressed body, or why there is none, as the end of "the answer …". */
export type Decompressed = { readonly body: Uint8Array } | { readonly flaw: string };

/**
 * Undoes `Content-Encoding`; requests accept only gzip. The bound holds while inflating, against decompression bombs. zlib does not block
 * the event loop.
 */
export async function decompress(body: Uint8Array, encoding: string, maxBytes: number): Promise<Decompressed> {
  switch (encoding.trim().toLowerCase()) {
    case '':
    case 'identity':
      return { body };
    case 'gzip':
    case 'x-gzip':
      break;
    default:
      return { flaw: 'has an encoding that was not asked for' };
  }
  if (body.byteLength === 0) return { body };
  try {
    return { body: await gunzipBounded(body, { maxOutputLength: maxBytes }) };
  } catch (error) {
    return {
      flaw: (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'is too large' : 'is wrongly compressed',
    };
  }
}
