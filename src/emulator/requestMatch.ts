/** Which requests a fault or a scripted change is meant for; what is absent matches every request. */
export interface RequestMatch {
  /** `list` when absent: calls of the certificate list; `iam`: token requests. */
  readonly path?: 'list' | 'iam';
  readonly instanceId?: string;
  /** The `X-Auth-Token` sent. */
  readonly token?: string;
  readonly accessKey?: string;
  /** As sent; 0 also matches a request without one. */
  readonly offset?: number;
}

/** What of a request is known before anything has judged it. */
export interface RequestTraits {
  readonly path: 'list' | 'iam' | 'other';
  readonly instanceId: string | null;
  readonly token: string | null;
  readonly accessKey: string | null;
  readonly offset: number;
}

export function isMatch(request: RequestTraits, match: RequestMatch = {}): boolean {
  return (
    request.path === (match.path ?? 'list') &&
    (match.instanceId === undefined || request.instanceId === match.instanceId) &&
    (match.token === undefined || request.token === match.token) &&
    (match.accessKey === undefined || request.accessKey === match.accessKey) &&
    (match.offset === undefined || request.offset === match.offset)
  );
}
