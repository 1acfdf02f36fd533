import { createRandom } from './random.ts';

/** Who the emulator's customer is. Made up, fixed, and worth nothing anywhere else. */
export interface Account {
  readonly projectId: string;
  /** Belongs to somebody else: asking for it is refused with 403. */
  readonly foreignInstanceId: string;
  /** May list everything. */
  readonly token: string;
  /** A second caller with the same rights. */
  readonly secondToken: string;
  /** Known, but without the permission to list certificates. */
  readonly restrictedToken: string;
  readonly expiredToken: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly iamUser: IamUser;
}

export interface IamUser {
  readonly domainName: string;
  readonly username: string;
  readonly password: string;
  /** The name of the project, which is that of a region [P]. */
  readonly projectName: string;
}

const firstInstanceIds = [
  'f0fa1789-3b76-433b-a787-9892951c620e',
  '5a1c9e42-7d0f-4b8e-9c36-2f41d8a07b15',
  'c83d60b7-1e95-4a24-8f7b-60d92e5b1a3c',
  '29e4f7a8-b6c1-4d53-a0e2-7c1f93b8d640',
] as const;

/** The same accounts for every seed: addresses and credentials in notes and examples stay right. */
export const account: Account = {
  projectId: '73d69ae0cfcf460190522d06b60f05ad',
  foreignInstanceId: '0b7e6d1f-52c8-4e9a-bd04-91a3c5f2e876',
  token: 'emulator-token',
  secondToken: 'emulator-token-of-somebody-else',
  restrictedToken: 'emulator-token-without-permission',
  expiredToken: 'emulator-token-of-yesterday',
  accessKey: 'EMULATORACCESSKEY001',
  secretKey: 'emulatorSecretKeyWorthNothing0123456789A',
  iamUser: {
    domainName: 'emulator-account',
    username: 'emulator-user',
    password: 'emulator-Password-1',
    projectName: 'cn-north-4',
  },
};

/** The first instance IDs are fixed, the others follow from nothing but their number. */
export function instanceIdsFor(count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => firstInstanceIds[at] ?? uuidFor(at));
}

function uuidFor(number: number): string {
  const hex = createRandom(`instance ${number}`).hex(32);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}
