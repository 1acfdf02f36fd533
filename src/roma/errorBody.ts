import type { HttpAnswer } from '../net/Exchange.ts';

/** The fields of an error's body, from any of its shapes. Not yet fit to be shown. */
export interface ErrorSaid {
  readonly code?: string;
  readonly message?: string;
  readonly requestId?: string;
}

/** An error needs a few hundred bytes. A longer body is an HTML page, or hostile. */
const MAX_ERROR_BODY_BYTES = 64 * 1024;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The JSON object in an answer, if there is one. `Content-Type` is ignored: JSON that is labelled as text is usable, and an HTML page that is
 * labelled as JSON does not parse.
 */
export function readJson({ status, body }: Pick<HttpAnswer, 'status' | 'body'>): object | undefined {
  if (status !== 200 && body.byteLength > MAX_ERROR_BODY_BYTES) return undefined;
  try {
    const value: unknown = JSON.parse(utf8.decode(body));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * `{ error_code, error_msg, request_id }` is documented for ROMA Connect and its gateway; the official SDKs also accept
 * `{ code, message }` (Node SDK core), and either of them one level down (IAM: `{ error: { code, message, title } }`).
 */
export function errorBodyOf(body: object | undefined): ErrorSaid {
  if (body === undefined) return {};
  const flat = readFields(body);
  if (flat.code !== undefined) return flat;
  for (const inner of Object.values(body)) {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) continue;
    const nested = readFields(inner);
    if (nested.code !== undefined) return { ...flat, ...nested };
  }
  return flat;
}

interface ErrorFields {
  readonly error_code?: unknown;
  readonly error_msg?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly request_id?: unknown;
}

function readFields(fields: ErrorFields): ErrorSaid {
  const code = toText(fields.error_code) ?? toText(fields.code);
  const message = toText(fields.error_msg) ?? toText(fields.message);
  const requestId = toText(fields.request_id);
  return {
    ...(code === undefined ? {} : { code }),
    ...(message === undefined ? {} : { message }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

/** IAM's `code` is a number. */
function toText(value: unknown): string | undefined {
  if (typeof value === 'string' && value.trim() !== '') return value.trim();
  return typeof value === 'number' ? String(value) : undefined;
}
