import { anyNumber, objectOf, oneOf, optional, text } from './checks.ts';

/** The endpoints: the list of certificates, one of them, its domains, the instances (in two versions), and a token of IAM. */
export const endpointNames = ['list', 'details', 'domains', 'instances', 'instancesV3', 'iam'] as const;
export type EndpointName = (typeof endpointNames)[number];

/** Which requests a fault or a scripted change is meant for; what is absent matches every request. */
export interface RequestMatch {
  /** `list` when absent. */
  readonly path?: EndpointName;
  readonly instanceId?: string;
  /** Of a request for one certificate, or for its domains. */
  readonly certificateId?: string;
  /** The `X-Auth-Token` sent. */
  readonly token?: string;
  readonly accessKey?: string;
  /** As sent; 0 also matches a request without one. */
  readonly offset?: number;
}

export const endpointCheck = oneOf(...endpointNames);

export const matchCheck = objectOf<RequestMatch>({
  path: optional(endpointCheck),
  instanceId: optional(text),
  certificateId: optional(text),
  token: optional(text),
  accessKey: optional(text),
  offset: optional(anyNumber),
});

/** What is known of a request before it is checked. */
export interface RequestTraits {
  readonly path: EndpointName | 'other';
  readonly instanceId: string | null;
  readonly certificateId: string | null;
  readonly token: string | null;
  readonly accessKey: string | null;
  readonly offset: number;
}

export function isMatch(request: RequestTraits, match: RequestMatch = {}): boolean {
  return (
    request.path === (match.path ?? 'list') &&
    (match.instanceId === undefined || request.instanceId === match.instanceId) &&
    (match.certificateId === undefined || request.certificateId === match.certificateId) &&
    (match.token === undefined || request.token === match.token) &&
    (match.accessKey === undefined || request.accessKey === match.accessKey) &&
    (match.offset === undefined || request.offset === match.offset)
  );
}
