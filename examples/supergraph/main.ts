import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type GatewayName, gatewayNames, startSupergraph } from './supergraph.ts';

// node examples/supergraph/main.ts [apollo|hive]

/** The emulator's first instance. */
const INSTANCE_ID = 'f0fa1789-3b76-433b-a787-9892951c620e';

const [name = 'apollo'] = process.argv.slice(2);
if (!isGateway(name)) {
  console.error(`There is no gateway "${name}": say ${gatewayNames.join(' or ')}.`);
  process.exit(1);
}

const ports = {
  CERTIFICATES_PORT: Number(process.env['CERTIFICATES_PORT'] ?? 4001),
  DOMAINS_PORT: Number(process.env['DOMAINS_PORT'] ?? 4002),
  PORT: Number(process.env['PORT'] ?? 4000),
};
// Before anything starts: whoever cannot go on would leave the others behind.
for (const [variable, port] of Object.entries(ports)) {
  const problem = await problemOf(port);
  if (problem === null) continue;
  console.error(`Port ${port} ${problem}. Set ${variable} to another one, or to 0 for a free one.`);
  process.exit(1);
}

const certificates = spawn(process.execPath, [fileURLToPath(new URL('../../src/main.ts', import.meta.url))], {
  env: { ...process.env, PORT: String(ports.CERTIFICATES_PORT) },
  stdio: ['ignore', 'pipe', 'inherit'],
});
// Neither goes on without the other.
process.once('exit', () => certificates.kill());
certificates.once('exit', (code) => process.exit(code ?? 1));

const supergraph = await startSupergraph({
  gateway: name,
  certificatesUrl: await readUrl(),
  instanceId: INSTANCE_ID,
  domainsPort: ports.DOMAINS_PORT,
  port: ports.PORT,
});
console.log(`Supergraph at ${supergraph.url}, behind ${name === 'apollo' ? "Apollo's gateway" : 'Hive Gateway'}.`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    certificates.removeAllListeners('exit');
    certificates.kill();
    void Promise.all([supergraph[Symbol.asyncDispose](), once(certificates, 'exit')]).then(() => process.exit(0));
  });
}

function isGateway(text: string): text is GatewayName {
  return (gatewayNames as readonly string[]).includes(text);
}

/** Why nobody can listen there, or null. */
async function problemOf(port: number): Promise<string | null> {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) return 'is no port from 0 to 65535';
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EADDRINUSE' ? 'is in use' : `cannot be listened on (${code})`;
  }
  server.close();
  await once(server, 'close');
  return null;
}

/** The address that the subgraph's first line names. What it says goes on to our output. */
async function readUrl(): Promise<string> {
  const lines = createInterface({ input: certificates.stdout });
  lines.on('line', (line) => console.log(line));
  for (;;) {
    const [line] = (await once(lines, 'line')) as [string];
    const url = /http:\/\/\S+\/graphql/.exec(line)?.[0];
    if (url !== undefined) return url;
  }
}
