import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

const gunzipBounded = promisify(gunzip);

/** A body as it was meant, or why there is none, as the end of "the answer …". */
export type Decompressed = { readonly body: Uint8Array } | { readonly flaw: string };

/**
 * Undoes `Content-Encoding`. Only gzip is ever asked for. The bound holds while inflating, so a small bomb does not become a large one;
 * zlib works outside the event loop's thread.
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
