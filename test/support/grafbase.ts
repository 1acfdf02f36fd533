import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Subgraph } from '../../examples/supergraph/compose.ts';
import type { Gateway } from '../../examples/supergraph/gateways.ts';
import { startCommand } from './command.ts';
import { freePort } from './freePort.ts';
import { blocksOf, readPages } from './pages.ts';

const BINARY = path.resolve('test/node_modules/@grafbase/cli-x86_64-unknown-linux-musl/grafbase');

/** npm has this gateway, written in Rust, for Linux on x64 only. */
export const grafbaseIsInstalled = existsSync(BINARY);

/** Grafbase composes by itself. It passes `X-Auth-Token` on to the certificates subgraph, and to no other. */
export async function startGrafbase(subgraphs: readonly Subgraph[], env: Record<string, string> = {}): Promise<Gateway> {
  const folder = await mkdtemp(path.join(tmpdir(), 'grafbase-'));
  for (const { name, sdl } of subgraphs) await writeFile(path.join(folder, `${name}.graphql`), sdl);
  await writeFile(path.join(folder, 'grafbase.toml'), subgraphs.map(toSettings).join('\n'));
  const port = await freePort();
  const dev = `${BINARY} --home ${folder} dev -c grafbase.toml -p ${port}`;
  const command = await startCommand(dev, /GraphQL: +(http:\S+)/, { cwd: folder, env });
  return {
    url: command.said,
    async [Symbol.asyncDispose]() {
      await command.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** As docs/gateways.md says. */
const settings =
  readPages()
    .filter(({ path: page }) => page === 'docs/gateways.md')
    .flatMap(blocksOf)
    .find(({ tag }) => tag === 'toml')?.text ?? '';

function toSettings({ name, url }: Subgraph): string {
  const own = `schema_path = "${name}.graphql"\nurl = "${url}"\n`;
  if (name !== 'certificates') return `[subgraphs.${name}]\n${own}`;
  return settings.replace('[subgraphs.certificates]\n', (header) => header + own);
}
