import { setTimeout as sleep } from 'node:timers/promises';
import { ClientOfflineError, createClient, RESP_TYPES } from '@redis/client';
import type { SharedStore } from './SharedStore.ts';

const CONNECT_TIMEOUT_MS = 1_000;
const RECONNECT_MS = 500;

/** More than the reads of all operations that can be under way; what does not fit is refused instead of piling up. */
const MAX_COMMANDS = 10_000;

/**
 * Redis or Valkey, used as nothing but a map: `GET` and `SET` are all that its user must be allowed. Without a connection everything
 * rejects at once, with the reason why there is none. A command that was sent has no time limit in this client, so whoever waits sets one,
 * and reconnects after it.
 *
 * Resolves once there is a connection, or after a second without one: it goes on trying.
 */
export async function createRedisStore(url: string): Promise<SharedStore> {
  let connection = connect(url);
  await Promise.race([connection.ready, sleep(CONNECT_TIMEOUT_MS, undefined, { ref: false })]);

  /** The client says of itself only that it is offline. */
  async function run<Reply>(command: (client: Connection['client']) => Promise<Reply>): Promise<Reply> {
    const { client, trouble } = connection;
    try {
      return await command(client);
    } catch (error) {
      throw error instanceof ClientOfflineError ? (trouble() ?? error) : error;
    }
  }

  return {
    get: (key) => run((client) => client.get(key)),
    async set(key, value, ttlMs) {
      await run((client) => client.set(key, value, { expiration: { type: 'PX', value: ttlMs } }));
    },
    async add(key, value, ttlMs) {
      const options = { expiration: { type: 'PX', value: ttlMs }, condition: 'NX' } as const;
      return (await run((client) => client.set(key, value, options))) !== null;
    },
    trouble: () => (connection.client.isReady ? undefined : connection.trouble()),
    reconnect() {
      connection.client.destroy();
      connection = connect(url);
    },
    close: () => connection.client.destroy(),
  };
}

type Connection = ReturnType<typeof connect>;

function connect(url: string) {
  const plain = createClient({
    url,
    RESP: 2,
    disableOfflineQueue: true,
    commandsQueueMaxLength: MAX_COMMANDS,
    disableClientInfo: true,
    maintNotifications: 'disabled',
    socket: { connectTimeout: CONNECT_TIMEOUT_MS, reconnectStrategy: () => RECONNECT_MS },
  });
  let trouble: Error | undefined;
  // An error event that nobody hears would end the process.
  plain.on('error', (error: Error) => {
    trouble = error;
  });
  plain.on('ready', () => {
    trouble = undefined;
  });
  const client = plain.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
  // Rejected only when the client is given up meanwhile.
  const ready = client.connect().then(
    () => {},
    () => {},
  );
  return { client, ready, trouble: () => trouble };
}
