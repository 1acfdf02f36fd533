import type { QueryParameter } from '../auth/Credentials.ts';
import { ID_RULE, isId } from '../certificates/id.ts';
import { badUserInput } from '../errors/SubgraphError.ts';
import { percentEncode } from '../net/percentEncode.ts';

/** A GET. */
export interface RestRequest {
  readonly path: string;
  readonly query: readonly QueryParameter[];
  /** Path and query as they are sent: each byte as RFC 3986 wants it, a blank as `%20`, never `+`. */
  readonly target: string;
}

export function toRestRequest(path: string, query: readonly QueryParameter[]): RestRequest {
  let target = path;
  for (const [name, value] of query) target += `${target === path ? '?' : '&'}${name}=${percentEncode(value)}`;
  return { path, query, target };
}

// IDs are checked here, last of all, because whatever gets this far becomes part of a URL.

/** The beginning of every path. */
export function projectPath(projectId: string, version = 'v2'): string {
  if (!isId(projectId)) throw new TypeError(`The project ID must be ${ID_RULE}.`);
  return `/${version}/${projectId}`;
}

/** Rejects what no URL should carry. `what` names it. */
export function checkedId(what: string, id: string): string {
  if (isId(id)) return id;
  throw badUserInput(`${what} must be ${ID_RULE}.`);
}
