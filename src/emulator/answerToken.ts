import type { Answer } from './Answer.ts';
import { toJsonAnswer } from './Answer.ts';
import type { Received } from './Received.ts';
import type { Service } from './Service.ts';
import { account } from './seed/account.ts';

interface TokenRequest {
  readonly auth?: {
    readonly identity?: {
      readonly methods?: readonly string[];
      readonly password?: {
        readonly user?: { readonly name?: string; readonly password?: string; readonly domain?: { readonly name?: string } };
      };
    };
    readonly scope?: { readonly project?: { readonly id?: string; readonly name?: string } };
  };
}

/**
 * `POST /v3/auth/tokens` of IAM, password method: "Obtaining a User Token Through Password Authentication" [P]. The token is the
 * response header `X-Subject-Token`; the body says when it ends.
 */
export function answerToken(received: Received, service: Service, requestId: string): Answer {
  const asked = readTokenRequest(received.body);
  const user = asked?.auth?.identity?.password?.user;
  if (!user || !asked.auth?.identity?.methods?.includes('password'))
    return refuse(400, 'Bad Request', 'Request body is invalid.', requestId);
  const { domainName, username, password } = account.iamUser;
  if (user.name !== username || user.password !== password || user.domain?.name !== domainName) {
    return refuse(401, 'Unauthorized', 'The username or password is wrong.', requestId);
  }
  const project = asked.auth.scope?.project;
  if (project && !isOurs(project)) return refuse(401, 'Unauthorized', 'The project could not be found.', requestId);
  const nowMs = service.nowMs();
  const expiresAtMs = nowMs + service.switches.tokenLifetimeMs;
  const token = service.tokens.issue(
    { projectId: project ? account.projectId : null, expiresAtMs, restricted: false },
    undefined,
    true,
  );
  return toJsonAnswer(201, toTokenBody(nowMs, expiresAtMs, project !== undefined, received.parameters.has('nocatalog')), {
    'x-subject-token': token,
    'x-iam-trace-id': requestId,
    'x-request-id': requestId,
  });
}

function toTokenBody(issuedAtMs: number, expiresAtMs: number, scoped: boolean, withoutCatalog: boolean): object {
  const domain = { id: 'd78cbac186b744899480f25bd022f468', name: account.iamUser.domainName };
  return {
    token: {
      expires_at: toIamTime(expiresAtMs),
      issued_at: toIamTime(issuedAtMs),
      methods: ['password'],
      ...(scoped ? { project: { domain, id: account.projectId, name: account.iamUser.projectName } } : {}),
      user: { domain, id: '7116d09f88fa41908676fdd4b039e95b', name: account.iamUser.username, password_expires_at: '' },
      roles: [{ id: '0', name: 'apig_adm' }],
      ...(withoutCatalog ? {} : { catalog: [] }),
    },
  };
}

/** Six fraction digits, as in IAM's examples [P]. */
function toIamTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, -1)}000Z`;
}

function isOurs({ id, name }: { readonly id?: string; readonly name?: string }): boolean {
  return id === account.projectId || (id === undefined && name === account.iamUser.projectName);
}

/** IAM nests its errors [S]. */
function refuse(code: number, title: string, message: string, requestId: string): Answer {
  return toJsonAnswer(code, { error: { code, message, title } }, { 'x-iam-trace-id': requestId, 'x-request-id': requestId });
}

function readTokenRequest(body: Buffer): TokenRequest | null {
  try {
    return JSON.parse(body.toString()) as TokenRequest | null;
  } catch {
    return null;
  }
}
