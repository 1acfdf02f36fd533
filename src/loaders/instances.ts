import { isThere, type ListedInstance } from '../certificates/instance.ts';
import type { Operation } from '../certificates/operation.ts';
import { SubgraphError } from '../errors/SubgraphError.ts';
import type { Read } from '../roma/Endpoint.ts';
import { type InstancesAnswer, instanceList, MAX_INSTANCES } from '../roma/endpoints/instanceList.ts';
import type { LoaderMeter } from './meter.ts';

export interface Instances {
  /** Whether nothing has to be asked to know them. */
  readonly areConfigured: boolean;
  /** The instances that this service looks into: those configured, or those that ROMA Connect lists to the caller. */
  ids(): Promise<readonly string[]>;
  /** As ROMA Connect lists it; null when it does not. */
  listed(id: string): Promise<ListedInstance | null>;
}

export interface InstancesDeps {
  readonly read: Read;
  readonly operation: Operation;
  /** Null: those that ROMA Connect lists. */
  readonly configured: readonly string[] | null;
  readonly meter: LoaderMeter;
}

/** What ROMA Connect lists is asked for at most once an operation, and only when it is needed. */
export function createInstances({ read, operation, configured, meter }: InstancesDeps): Instances {
  let discovered: Promise<readonly ListedInstance[]> | undefined;
  const discover = (): Promise<readonly ListedInstance[]> => {
    discovered ??= listAll();
    return discovered;
  };

  async function listAll(): Promise<readonly ListedInstance[]> {
    const byId = new Map<string, ListedInstance>();
    for (let offset = 0; ; offset += MAX_INSTANCES) {
      const answer = await readPage(offset);
      for (const instance of answer.instances) if (!byId.has(instance.id)) byId.set(instance.id, instance);
      if (offset + answer.size >= answer.total) return [...byId.values()];
    }
  }

  async function readPage(offset: number): Promise<InstancesAnswer> {
    try {
      return await read(instanceList, { offset }, operation);
    } catch (error) {
      const isMissing = error instanceof SubgraphError && error.extensions.upstream?.status === 404;
      if (!isMissing || offset > 0) throw error;
      return read(instanceList, { offset: null }, operation);
    }
  }

  return {
    areConfigured: configured !== null,
    async ids() {
      if (configured !== null) return configured;
      const ids = (await discover()).filter(isThere).map(({ id }) => id);
      meter.looksInto(ids);
      return ids;
    },
    async listed(id) {
      return (await discover()).find((instance) => instance.id === id) ?? null;
    },
  };
}
