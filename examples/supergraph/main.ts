import { spawn } from 'node:child_process';
import { once } from 'node:events';
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

const certificates = spawn(process.execPath, [fileURLToPath(new URL('../../src/main.ts', import.meta.url))], {
  env: { ...process.env, PORT: process.env['CERTIFICATES_PORT'] ?? '4001' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
// Neither goes on without the other.
process.once('exit', () => certificates.kill());
certificates.once('exit', (code) => process.exit(code ?? 1));

const supergraph = await startSupergraph({
  gateway: name,
  certificatesUrl: await readUrl(),
  instanceId: INSTANCE_ID,
  domainsPort: Number(process.env['DOMAINS_PORT'] ?? 4002),
  port: Number(process.env['PORT'] ?? 4000),
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
