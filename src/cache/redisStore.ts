import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, RESP_TYPES } from '@redis/client';
import type { SharedStore } from './SharedStore.ts';

const CONNECT_TIMEOUT_MS = 1_000;
const RECONNECT_MS = 500;

/** More than the reads of all operations that can be under way; what does not fit is refused instead of piling up. */
const MAX_COMMANDS = 10_000;

/**
 * Redis or Valkey, used as nothing but a map: `GET` and `SET` are all that its user must be allowed. Without a connection everything
 * rejects at once. A command that was sent has no time limit in this client, so whoever waits sets one, and reconnects after it.
 *
 * Resolves once there is a connection, or after a second without one: it goes on trying.
 */
export async function createRedisStore(url: string): Promise<SharedStore> {
  let client = toClient(url);
  await Promise.race([connect(client), sleep(CONNECT_TIMEOUT_MS, undefined, { ref: false })]);
  return {
    get: (key) => client.get(key),
    async set(key, value, ttlMs) {
      await client.set(key, value, { expiration: { type: 'PX', value: ttlMs } });
    },
    async add(key, value, ttlMs) {
      const set = await client.set(key, value, { expiration: { type: 'PX', value: ttlMs }, condition: 'NX' });
      return set !== null;
    },
    reconnect() {
      client.destroy();
      client = toClient(url);
      void connect(client);
    },
    close: () => client.destroy(),
  };
}

function toClient(url: string) {
  const client = createClient({
    url,
    RESP: 2,
    disableOfflineQueue: true,
    commandsQueueMaxLength: MAX_COMMANDS,
    disableClientInfo: true,
    maintNotifications: 'disabled',
    socket: { connectTimeout: CONNECT_TIMEOUT_MS, reconnectStrategy: () => RECONNECT_MS },
  });
  // Commands say what is wrong, and an error event that nobody hears would end the process.
  client.on('error', () => {});
  return client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
}

/** Rejected only when the client is given up meanwhile. */
async function connect(client: ReturnType<typeof toClient>): Promise<void> {
  await client.connect().catch(() => {});
}
