import type { Environment } from '../../src/config/readConfig.ts';
import type { EmulatorFacts } from '../../src/emulator/control.ts';

export const modes = ['passthrough', 'token', 'password', 'aksk'] as const;

export type Mode = (typeof modes)[number];

/** The environment of a service that asks this emulator as if it were the real one, with credentials of this kind. */
export function envOf(mode: Mode, roma: EmulatorFacts): Environment {
  return {
    ROMA_ENDPOINT: roma.origin,
    ROMA_PROJECT_ID: roma.projectId,
    ROMA_INSTANCE_IDS: roma.instanceIds.join(','),
    ROMA_AUTH: mode,
    ...credentialsOf(mode, roma),
  };
}

/** What a caller has to send. */
export function headersOf(mode: Mode, roma: EmulatorFacts): Record<string, string> {
  return mode === 'passthrough' ? { 'x-auth-token': roma.token } : {};
}

function credentialsOf(mode: Mode, { origin, token, iamUser, accessKey, secretKey }: EmulatorFacts): Environment {
  switch (mode) {
    case 'passthrough':
      return {};
    case 'token':
      return { ROMA_AUTH_TOKEN: token };
    case 'password':
      return {
        IAM_ENDPOINT: origin,
        IAM_DOMAIN_NAME: iamUser.domainName,
        IAM_USERNAME: iamUser.username,
        IAM_PASSWORD: iamUser.password,
      };
    case 'aksk':
      return { HUAWEICLOUD_SDK_AK: accessKey, HUAWEICLOUD_SDK_SK: secretKey };
  }
}
