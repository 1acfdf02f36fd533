import type { CallReport } from './calls/RecordedCall.ts';
import type { Change, ScriptedChange } from './changes.ts';
import { applyChange } from './changes.ts';
import { ControlMistake } from './controlMistake.ts';
import type { FaultRule } from './faults/FaultQueue.ts';
import type { EndpointName } from './requestMatch.ts';
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
      for (const change of changes) applyChange(service, change);
    },
    async scriptChanges(...scripted) {
      service.script.add(scripted);
    },
    async clearScript() {
      service.script.clear();
    },
    async replaceCertificates(owner, rows) {
      if (!Array.isArray(rows)) throw new ControlMistake('Certificates are replaced by a list of rows.');
      service.inventory.replace(owner, rows);
    },
    async certificates(owner) {
      return service.inventory.rows(owner).rows;
    },
    async issueToken({
      lifetimeMs = service.switches.tokenLifetimeMs,
      restricted = false,
      forbidden = [],
      projectId,
      length,
    } = {}) {
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
