import type { Credentials } from './Credentials.ts';
import { type AccessKey, toAuthorizationHeader, toSdkDate } from './signature.ts';

export interface AccessKeyOptions extends AccessKey {
  /** Only with temporary keys. */
  readonly securityToken?: string;
  readonly projectId: string;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/**
 * Signs each attempt, because the signature holds the time. A refused signature is not retried: more than five refused signatures in a row
 * lock the key for five minutes, for valid signatures too ("Common Errors Related to IAM Authentication
 * Information", APIG.0301 "AK access failed to reach the limit").
 */
export function createAccessKey({ securityToken, projectId, now = Date.now, ...key }: AccessKeyOptions): Credentials {
  return {
    async authorize({ method, host, path, query }) {
      const sdkDate = toSdkDate(now());
      const headers = {
        host,
        'x-sdk-date': sdkDate,
        'x-project-id': projectId,
        ...(securityToken === undefined ? {} : { 'x-security-token': securityToken }),
      };
      const authorization = toAuthorizationHeader({ method, path, query, headers }, sdkDate, key);
      return {
        headers: { ...headers, authorization },
        // The gateway quotes parts of the canonical request when a signature is wrong.
        secrets: [
          key.secretKey,
          key.accessKey,
          authorization.slice(authorization.lastIndexOf('=') + 1),
          ...(securityToken === undefined ? [] : [securityToken]),
        ],
      };
    },
  };
}
