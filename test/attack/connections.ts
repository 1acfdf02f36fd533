import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What is sent over each of many connections at once, and then left. */
export interface Flood {
  readonly name: string;
  readonly connections: number;
  readonly body: string;
  /** How many bytes of the body are sent. Default: all. */
  readonly sent?: number;
  /** Whether the answer is read. */
  readonly reads: boolean;
}

const bodyOf = (query: string, padding: number): string =>
  JSON.stringify({ query, variables: { padding: new Array(padding).fill({}) } });

/** `hangingId`: an instance that never answers. */
export function floodsOn(instanceId: string, hangingId: string): Flood[] {
  const list = `certificates(instanceId: "${instanceId}", first: 500)`;
  const values = `{ ${list} { nodes { instance { certificates(first: 30) { nodes { ${Array.from({ length: 11 }, (_, at) => `n${at}: name`).join(' ')} } } } } } }`;
  return [
    {
      name: '60 bodies of 1 MB while ROMA Connect hangs',
      connections: 60,
      body: bodyOf(`{ certificates(instanceId: "${hangingId}") { totalCount } }`, 340_000),
      reads: true,
    },
    {
      name: '420 bodies that are never whole',
      connections: 420,
      body: bodyOf('{ __typename }', 340_000),
      sent: 950_000,
      reads: true,
    },
    { name: '60 answers that nobody reads', connections: 60, body: bodyOf(values, 0), reads: false },
  ];
}

/** Opens the connections anew whenever they are all closed, or after some seconds, as long as it `goesOn`. Resolves to how many there were. */
export async function flood(
  url: string,
  token: string,
  { connections, body, sent = body.length, reads }: Flood,
  goesOn: () => boolean,
): Promise<number> {
  const { hostname, port } = new URL(url);
  const head = `POST /graphql HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: application/json\r\nx-auth-token: ${token}\r\ncontent-length: ${body.length}\r\n\r\n`;
  let count = 0;
  while (goesOn()) {
    const sockets: Socket[] = [];
    for (let at = 0; at < connections && goesOn(); at++, count++) {
      const socket = connect(Number(port), hostname);
      // What it is sent has nowhere to go when it is closed from the other side.
      socket.on('error', () => {});
      if (reads) socket.resume();
      socket.write(head);
      socket.write(body.slice(0, sent));
      sockets.push(socket);
      await sleep(5);
    }
    const untilMs = performance.now() + 3_000;
    while (goesOn() && performance.now() < untilMs && sockets.some(({ closed }) => !closed)) await sleep(50);
    for (const socket of sockets) socket.destroy();
  }
  return count;
}
