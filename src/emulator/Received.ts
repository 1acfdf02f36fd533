import type { IncomingMessage } from 'node:http';
import type { SignedRequest } from './auth/signature.ts';
import { headerText, readAuthorization } from './auth/signature.ts';
import type { NewCall } from './calls/CallLog.ts';
import { callerOfAccessKey, callerOfToken } from './calls/caller.ts';
import { readParameters } from './data/readListQuery.ts';
import { Refusal } from './refusals.ts';
import type { EndpointName, RequestTraits } from './requestMatch.ts';

/** A request, read but not yet checked. */
export interface Received extends RequestTraits, SignedRequest {
  readonly url: string;
  /** The project ID in the path. */
  readonly projectId: string;
  readonly parameters: ReadonlyMap<string, string>;
  /** Set when the query string could not be decoded. */
  readonly queryRefusal: Refusal | null;
  readonly caller: string;
  readonly longestHeaderBytes: number;
}

/** 32 hex digits in all examples; nothing is decoded first, so an encoded slash is another path [A]. */
const PROJECT = '([0-9a-f]{32})';
/** No page states a pattern of certificate IDs; 32 hex digits in all examples [A]. */
const CERTIFICATE = '([A-Za-z0-9_-]{1,64})';
const GET_PATHS: readonly (readonly [EndpointName, RegExp])[] = [
  ['list', new RegExp(`^/v2/${PROJECT}/apic/certificates$`)],
  ['details', new RegExp(`^/v2/${PROJECT}/apic/certificates/${CERTIFICATE}$`)],
  ['domains', new RegExp(`^/v2/${PROJECT}/apic/certificates/${CERTIFICATE}/attached-domains$`)],
  ['instances', new RegExp(`^/v2/${PROJECT}/instances$`)],
  ['instancesV3', new RegExp(`^/v3/${PROJECT}/roma/instances$`)],
];
const IAM_PATH = '/v3/auth/tokens';
/** The headers that are recorded with their values: those without credentials. */
const telling = [
  'accept',
  'accept-encoding',
  'connection',
  'content-type',
  'host',
  'traceparent',
  'user-agent',
  'x-project-id',
  'x-request-id',
  'x-sdk-date',
] as const;

export function receive(request: IncomingMessage, body: Buffer): Received {
  const { method = '', url = '', headers } = request;
  const at = url.indexOf('?');
  const path = at < 0 ? url : url.slice(0, at);
  const search = at < 0 ? '' : url.slice(at + 1);
  const { endpoint, projectId, certificateId } = readPath(method, path);
  const token = headerText(headers, 'x-auth-token') || null;
  const accessKey = readAuthorization(headerText(headers, 'authorization'))?.accessKey ?? null;
  const { parameters, queryRefusal } = readQuery(search);
  const offset = Number(parameters.get('offset') ?? 0);
  return {
    path: endpoint,
    method,
    url,
    headers,
    body,
    rawPath: path,
    search,
    projectId,
    certificateId,
    parameters,
    queryRefusal,
    instanceId: parameters.get('instance_id') ?? null,
    offset,
    token,
    accessKey,
    caller: token !== null ? callerOfToken(token) : accessKey !== null ? callerOfAccessKey(accessKey) : 'none',
    longestHeaderBytes: Math.max(0, ...request.rawHeaders.map((text) => text.length)),
  };
}

interface ReadPath {
  readonly endpoint: EndpointName | 'other';
  readonly projectId: string;
  readonly certificateId: string | null;
}

function readPath(method: string, path: string): ReadPath {
  if (method === 'POST' && path === IAM_PATH) return { endpoint: 'iam', projectId: '', certificateId: null };
  for (const [endpoint, pattern] of method === 'GET' ? GET_PATHS : []) {
    const [, projectId = '', certificateId = null] = pattern.exec(path) ?? [];
    if (projectId !== '') return { endpoint, projectId, certificateId };
  }
  return { endpoint: 'other', projectId: '', certificateId: null };
}

export function toNewCall(received: Received, fault: string | null, arrivedAtMs: number): NewCall {
  const { instance_id: _, offset, limit, ...filters } = Object.fromEntries(received.parameters);
  const headers: Record<string, string> = {};
  for (const name of telling) {
    const value = headerText(received.headers, name);
    if (value !== '') headers[name] = value;
  }
  return {
    path: received.path,
    method: received.method,
    url: received.url,
    instanceId: received.instanceId,
    certificateId: received.certificateId,
    caller: received.caller,
    offset: toNumber(offset),
    limit: toNumber(limit),
    filters,
    headerNames: Object.keys(received.headers),
    headers,
    arrivedAtMs,
    fault,
  };
}

function toNumber(text: string | undefined): number | null {
  const value = text === undefined || text === '' ? Number.NaN : Number(text);
  return Number.isNaN(value) ? null : value;
}

function readQuery(search: string): { parameters: ReadonlyMap<string, string>; queryRefusal: Refusal | null } {
  try {
    return { parameters: readParameters(search), queryRefusal: null };
  } catch (error) {
    if (error instanceof Refusal) return { parameters: new Map(), queryRefusal: error };
    throw error;
  }
}
