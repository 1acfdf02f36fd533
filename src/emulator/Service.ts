import { AccessKeys } from './auth/AccessKeys.ts';
import { RateLimit } from './auth/RateLimit.ts';
import { Tokens } from './auth/Tokens.ts';
import { CallLog } from './calls/CallLog.ts';
import { applyChange, ChangeScript } from './changes.ts';
import { Facts } from './data/Facts.ts';
import { COMMON, Inventory } from './data/Inventory.ts';
import { PageReader } from './data/PageReader.ts';
import { FaultQueue } from './faults/FaultQueue.ts';
import type { EmulatorOptions } from './options.ts';
import { account, instanceIdsFor } from './seed/account.ts';
import { generateCertificates } from './seed/generateCertificates.ts';
import { DAY_MS } from './seed/instants.ts';
import { createRandom } from './seed/random.ts';
import type { Switches } from './switches.ts';
import { changeSwitches, defaultSwitches } from './switches.ts';

const DEFAULT_INSTANCES = 4;
const DEFAULT_GLOBAL_CERTIFICATES = 12;
/** The first instance has enough rows to page through, the others fewer. */
const DEFAULT_CERTIFICATES = [248, 160, 96, 60] as const;
const YEAR_MS = 365 * DAY_MS;

/** The state of the emulated service, without HTTP. */
export class Service {
  readonly tokens = new Tokens();
  readonly accessKeys = new AccessKeys();
  readonly rateLimit = new RateLimit();
  readonly facts = new Facts();
  readonly faults = new FaultQueue();
  readonly script = new ChangeScript((change) => applyChange(this, change));
  readonly calls = new CallLog();
  readonly #options: EmulatorOptions;
  #inventory: Inventory;
  #pages: PageReader;
  #switches: Switches;

  constructor(options: EmulatorOptions) {
    this.#options = options;
    this.#switches = changeSwitches(defaultSwitches, options.switches ?? {});
    this.#inventory = createInventory(options);
    this.#pages = this.#createPages();
    this.#registerCredentials();
  }

  get inventory(): Inventory {
    return this.#inventory;
  }

  get pages(): PageReader {
    return this.#pages;
  }

  get switches(): Switches {
    return this.#switches;
  }

  change(switches: Partial<Switches>): void {
    this.#switches = changeSwitches(this.#switches, switches);
    this.#pages.forget();
  }

  /** The time by the emulator's clock, which may be wrong on purpose. */
  nowMs(): number {
    return this.#realNowMs() + this.#switches.clockSkewMs;
  }

  /** Resets the state to that of the start. Requests in flight are still answered. */
  reset(): void {
    this.#switches = changeSwitches(defaultSwitches, this.#options.switches ?? {});
    this.#inventory = createInventory(this.#options);
    this.#pages = this.#createPages();
    this.tokens.clear();
    this.accessKeys.clear();
    this.facts.clear();
    this.faults.clear();
    this.script.clear();
    this.calls.clear();
    this.rateLimit.clear();
    this.#registerCredentials();
  }

  #realNowMs(): number {
    return (this.#options.now ?? Date.now)();
  }

  #createPages(): PageReader {
    return new PageReader(this.#inventory, () => this.#switches, createRandom(`${this.#options.seed ?? '1'}/order`));
  }

  #registerCredentials(): void {
    const nowMs = this.#realNowMs();
    const grant = { projectId: account.projectId, expiresAtMs: nowMs + YEAR_MS, restricted: false };
    this.tokens.add(account.token, grant);
    this.tokens.add(account.secondToken, grant);
    this.tokens.add(account.restrictedToken, { ...grant, restricted: true });
    this.tokens.add(account.expiredToken, { ...grant, expiresAtMs: nowMs - DAY_MS });
    this.accessKeys.add(account.accessKey, account.secretKey);
  }
}

function createInventory(options: EmulatorOptions): Inventory {
  const { rows } = options;
  if (rows) {
    const owners = Object.keys(rows).filter((owner) => owner !== COMMON);
    return new Inventory(owners, (owner) => rows[owner] ?? []);
  }
  const instanceIds = instanceIdsFor(options.instances ?? DEFAULT_INSTANCES);
  // From the start of the day, so that restarts within it answer the same rows.
  const todayMs = Math.floor((options.now ?? Date.now)() / DAY_MS) * DAY_MS;
  return new Inventory(instanceIds, (owner) =>
    generateCertificates({
      seed: options.seed ?? '1',
      owner,
      type: owner === COMMON ? 'global' : 'instance',
      projectId: account.projectId,
      count:
        owner === COMMON
          ? (options.globalCertificates ?? DEFAULT_GLOBAL_CERTIFICATES)
          : countFor(options, instanceIds.indexOf(owner)),
      todayMs,
      odd: options.oddRows ?? true,
    }),
  );
}

function countFor({ certificates }: EmulatorOptions, number: number): number {
  return certificates ?? DEFAULT_CERTIFICATES[number % DEFAULT_CERTIFICATES.length] ?? 0;
}
