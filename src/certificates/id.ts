import { badUserInput } from '../errors/SubgraphError.ts';

/**
 * Instance IDs are UUIDs and certificate IDs 32 hex digits in every documented example, but no page states a pattern. This one
 * is wide enough for both and too narrow to carry a path, a query or a header.
 */
const ID_PATTERN = /^[A-Za-z0-9_-]{1,64}$/;

export const ID_RULE = '1 to 64 letters, digits, "_" or "-"';

export function isId(value: unknown): value is string {
  return typeof value === 'string' && ID_PATTERN.test(value);
}

/** Returns the ID as it is, or rejects one that no certificate or instance can have. `what` names it in the message. */
export function readId(what: string, value: unknown): string {
  if (isId(value)) return value;
  throw badUserInput(`${what} must be ${ID_RULE}.`);
}
