import type { QueryParameter } from '../auth/Credentials.ts';
import { ID_RULE, isId } from '../certificates/id.ts';
import { badUserInput } from '../errors/SubgraphError.ts';
import { percentEncode } from '../net/percentEncode.ts';

/** A GET. */
export interface RestRequest {
  readonly path: string;
  readonly query: readonly QueryParameter[];
  /** Path and query as they are sent, encoded by RFC 3986: a blank is `%20`, not `+`. */
  readonly target: string;
}

export function toRestRequest(path: string, query: readonly QueryParameter[]): RestRequest {
  let target = path;
  for (const [name, value] of query) target += `${target === path ? '?' : '&'}${name}=${percentEncode(value)}`;
  return { path, query, target };
}

// IDs are checked here, because here they become part of a URL.

/** The beginning of every path. */
export function projectPath(projectId: string, version = 'v2'): string {
  if (!isId(projectId)) throw new TypeError(`The project ID must be ${ID_RULE}.`);
  return `/${version}/${projectId}`;
}

/** Throws for a text that may not be part of a URL. `what` names it in the message. */
export function checkedId(what: string, id: string): string {
  if (isId(id)) return id;
  throw badUserInput(`${what} must be ${ID_RULE}.`);
}
