import type { Exchange } from '../net/Exchange.ts';
import { createAccessKey } from './accessKey.ts';
import type { Credentials } from './Credentials.ts';
import { createCallerToken, createFixedToken } from './callerToken.ts';
import { createIamToken, type IamTokenOptions } from './iamToken.ts';

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
  /** Gives the way to IAM; called in `password` mode only. */
  readonly connect: (iamOrigin: string) => Exchange;
  readonly describe: IamTokenOptions['describe'];
}

export function createCredentials(auth: Auth, { projectId, connect, describe }: CredentialsDeps): Credentials {
  switch (auth.mode) {
    case 'passthrough':
      return createCallerToken(auth.fallbackToken);
    case 'token':
      return createFixedToken(auth.token);
    case 'password':
      return createIamToken({ user: auth, projectId, exchange: connect(auth.iamOrigin), describe });
    case 'aksk':
      return createAccessKey({ ...auth, projectId });
  }
}
