import type { QueryParameter } from '../auth/Credentials.ts';
import { ID_RULE, isId } from '../certificates/id.ts';
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

/** The beginning of every path. Here, and in the endpoints, IDs are checked, because here they become part of a URL. */
export function projectPath(projectId: string, version = 'v2'): string {
  if (!isId(projectId)) throw new TypeError(`The project ID must be ${ID_RULE}.`);
  return `/${version}/${projectId}`;
}
