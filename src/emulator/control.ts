import { MAX_TOKEN_LENGTH, MIN_TOKEN_LENGTH } from './auth/Tokens.ts';
import type { CallReport } from './calls/RecordedCall.ts';
import type { Change, ScriptedChange } from './changes.ts';
import { applyChanges } from './changes.ts';
import { anyList, anyNumber, demand, either, flag, integer, listOf, nothing, objectOf, optional, text } from './checks.ts';
import type { FaultRule } from './faults/FaultQueue.ts';
import type { EndpointName } from './requestMatch.ts';
import { endpointCheck } from './requestMatch.ts';
import type { Service } from './Service.ts';
import type { Account } from './seed/account.ts';
import { account } from './seed/account.ts';
import type { Switches } from './switches.ts';

/** The control interface of an emulator: in this process, or in another one over HTTP. */
export interface EmulatorControl {
  /** Changes the named switches; the others stay. Resolves to all of them. */
  setSwitches(change: Partial<Switches>): Promise<Switches>;
  /** Adds faults after those that still wait. */
  addFaults(...rules: readonly FaultRule[]): Promise<void>;
  clearFaults(): Promise<void>;
  /** Changes data or tokens at once. */
  change(...changes: readonly Change[]): Promise<void>;
  /** Changes data or tokens when a certain request comes. */
  scriptChanges(...scripted: readonly ScriptedChange[]): Promise<void>;
  clearScript(): Promise<void>;
  /** Replaces what belongs to an instance, or with `common` the global rows. Rows keep this order, newest first, whatever they say. */
  replaceCertificates(owner: string, rows: readonly unknown[]): Promise<void>;
  /** What belongs to an instance (without the global rows), or with `common` the global rows. */
  certificates(owner: string): Promise<readonly unknown[]>;
  /** Makes a new valid token. */
  issueToken(wish?: TokenWish): Promise<string>;
  calls(): Promise<CallReport>;
  clearCalls(): Promise<void>;
  state(): Promise<EmulatorState>;
  /** Resets switches, faults, data, tokens and records. Connections stay open. */
  reset(): Promise<void>;
}

export interface TokenWish {
  /** 24 hours when absent; negative for a token that has expired. */
  readonly lifetimeMs?: number;
  /** Without any permission. */
  readonly restricted?: boolean;
  /** Without the permission for these endpoints: each has its own. */
  readonly forbidden?: readonly EndpointName[];
  /** The emulator's project when absent; null for a token without a project. */
  readonly projectId?: string | null;
  /** Characters; about as long as a real one when absent. */
  readonly length?: number;
}

const tokenCheck = objectOf<TokenWish>({
  lifetimeMs: optional(anyNumber),
  restricted: optional(flag),
  forbidden: optional(listOf(endpointCheck)),
  projectId: optional(either(text, nothing)),
  length: optional(integer(MIN_TOKEN_LENGTH, MAX_TOKEN_LENGTH)),
});

/** The address and credentials of an emulator. */
export interface EmulatorFacts extends Account {
  /** Scheme, host and port: the `ROMA_ENDPOINT`, and IAM's origin too. */
  readonly origin: string;
  readonly instanceIds: readonly string[];
}

export interface EmulatorState extends EmulatorFacts {
  readonly switches: Switches;
  readonly pendingFaults: readonly FaultRule[];
  readonly pendingChanges: readonly ScriptedChange[];
  /** Connections open now, without those of the control API. */
  readonly openSockets: number;
  readonly inFlight: number;
}

/** What only the HTTP server knows. */
export interface Connections {
  readonly origin: string;
  openSockets(): number;
}

export function createControl(service: Service, connections: Connections): EmulatorControl {
  return {
    async setSwitches(change) {
      service.change(change);
      return service.switches;
    },
    async addFaults(...rules) {
      service.faults.add(rules);
    },
    async clearFaults() {
      service.faults.clear();
    },
    async change(...changes) {
      applyChanges(service, changes);
    },
    async scriptChanges(...scripted) {
      service.script.add(scripted);
    },
    async clearScript() {
      service.script.clear();
    },
    async replaceCertificates(owner, rows) {
      demand(anyList, rows);
      service.inventory.replace(owner, rows);
    },
    async certificates(owner) {
      return service.inventory.rows(owner).rows;
    },
    async issueToken(wish = {}) {
      demand(tokenCheck, wish);
      const { lifetimeMs = service.switches.tokenLifetimeMs, restricted = false, forbidden = [], projectId, length } = wish;
      const grant = {
        projectId: projectId === undefined ? account.projectId : projectId,
        expiresAtMs: service.nowMs() + lifetimeMs,
        restricted,
        forbidden,
      };
      return service.tokens.issue(grant, length);
    },
    async calls() {
      return service.calls.report();
    },
    async clearCalls() {
      service.calls.clear();
    },
    async state() {
      return toState(service, connections);
    },
    async reset() {
      service.reset();
    },
  };
}

function toState(service: Service, { origin, openSockets }: Connections): EmulatorState {
  return {
    ...account,
    origin,
    instanceIds: service.inventory.instanceIds,
    switches: service.switches,
    pendingFaults: service.faults.pending,
    pendingChanges: service.script.pending,
    openSockets: openSockets(),
    inFlight: service.calls.report().inFlight,
  };
}
