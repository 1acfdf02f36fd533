import type { Exchange } from '../net/Exchange.ts';
import { createAccessKey } from './accessKey.ts';
import type { Credentials } from './Credentials.ts';
import { createCallerToken, createFixedToken } from './callerToken.ts';
import { createIamToken, type IamTokenOptions } from './iamToken.ts';
import { createSharedRefusals, type SharedNotes } from './refusals.ts';

/** Whose credentials go upstream; the same shape as in the configuration. */
export type Auth =
  /** The caller's `X-Auth-Token`; `fallbackToken` when the caller sends none. */
  | { readonly mode: 'passthrough'; readonly fallbackToken?: string }
  | { readonly mode: 'token'; readonly token: string }
  | {
      readonly mode: 'password';
      readonly iamOrigin: string;
      readonly domainName: string;
      readonly username: string;
      readonly password: string;
    }
  | { readonly mode: 'aksk'; readonly accessKey: string; readonly secretKey: string; readonly securityToken?: string };

export interface CredentialsDeps {
  readonly projectId: string;
  /** Connects to IAM. Called in `password` mode only. */
  readonly connect: (iamOrigin: string) => Exchange;
  readonly describe: IamTokenOptions['describe'];
  /** What replicas share about refused logins. Default: nothing. */
  readonly notes?: SharedNotes | undefined;
  readonly onLogin?: IamTokenOptions['onOutcome'];
}

export function createCredentials(auth: Auth, deps: CredentialsDeps): Credentials {
  const { projectId, connect, describe, notes, onLogin } = deps;
  switch (auth.mode) {
    case 'passthrough':
      return createCallerToken(auth.fallbackToken);
    case 'token':
      return createFixedToken(auth.token);
    case 'password':
      return createIamToken({
        user: auth,
        projectId,
        exchange: connect(auth.iamOrigin),
        describe,
        shared: notes && createSharedRefusals(notes, auth.iamOrigin, auth),
        ...(onLogin && { onOutcome: onLogin }),
      });
    case 'aksk':
      return createAccessKey({ ...auth, projectId });
  }
}
