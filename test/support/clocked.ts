import { afterAll, afterEach, beforeAll, vi } from 'vitest';
import type { Environment } from '../../src/config/readConfig.ts';
import type { Fault } from '../../src/emulator/faults/Fault.ts';
import type { EmulatorOptions } from '../../src/emulator/options.ts';
import type { RequestMatch } from '../../src/emulator/requestMatch.ts';
import { type Emulator, startEmulator } from '../../src/emulator/startEmulator.ts';
import { envOf, headersOf } from '../reliability/modes.ts';
import { type App, startApp } from './app.ts';

/** An emulator and apps in front of it, on a clock that only the test moves. Callers bring their own tokens. */
export interface Clocked {
  readonly roma: Emulator;
  /** The app that was started last; it is stopped after its test. */
  readonly app: App;
  start(env?: Environment): Promise<void>;
  /** What a caller sends unless a test says otherwise. */
  headers(): Record<string, string>;
  pass(ms: number): void;
  /** From now on, until the end of the test. */
  befall(fault: Fault, match?: RequestMatch): Promise<void>;
  /** What the app counted under this name, with its labels if it has any. */
  counted(metric: string): Promise<number>;
}

export function setUpClocked(options: EmulatorOptions, defaults: Environment): Clocked {
  let roma: Emulator;
  let app: App;
  beforeAll(async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-26T12:00:00Z') });
    roma = await startEmulator({ ...options, now: Date.now });
  });
  afterEach(async () => {
    await app.stop();
    await roma.control.clearFaults();
    await roma.control.clearCalls();
  });
  afterAll(async () => {
    await roma.stop();
    vi.useRealTimers();
  });
  return {
    get roma() {
      return roma;
    },
    get app() {
      return app;
    },
    async start(env = {}) {
      app = await startApp({ env: { ...envOf('passthrough', roma), ...defaults, ...env } });
    },
    headers: () => headersOf('passthrough', roma),
    pass: (ms) => void vi.setSystemTime(Date.now() + ms),
    async befall(fault, match = {}) {
      await roma.control.addFaults({ fault, match, times: 'always' });
    },
    async counted(metric) {
      const metrics = await (await app.fetch('/metrics')).text();
      const line = metrics.split('\n').find((one) => one.startsWith(`${metric} `));
      return Number(line?.slice(metric.length) ?? 0);
    },
  };
}
