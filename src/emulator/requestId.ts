import { randomUUID } from 'node:crypto';

/** 32 hex digits, as in the examples of the gateway's errors [P]. Every answer carries one as `X-Request-Id` [S]. */
export function createRequestId(): string {
  return randomUUID().replaceAll('-', '');
}
