import type { Credentials } from './Credentials.ts';
import { createCallerToken, createFixedToken } from './callerToken.ts';

/** Whose credentials go upstream; the same shape as in the configuration. */
export type Auth =
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

export function createCredentials(auth: Auth): Credentials {
  switch (auth.mode) {
    case 'passthrough':
      return createCallerToken(auth.fallbackToken);
    case 'token':
      return createFixedToken(auth.token);
    case 'password':
    case 'aksk':
      throw new Error(`The mode ${auth.mode} is not there yet.`);
  }
}
