import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';

// Packages that only tests and examples need have lockfiles of their own, so that `npm ci` brings what the service needs and little
// more. Usage: node tools/installPackages.js FOLDER...; folders that are up to date are left alone.

for (const folder of process.argv.slice(2)) {
  const installed = `${folder}/node_modules/.package-lock.json`;
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(`${folder}/package-lock.json`).mtimeMs) continue;
  console.error(`Installing the packages of ${folder} …`);
  const { status } = spawnSync('npm', ['ci', '--prefix', folder, '--no-fund', '--loglevel=error'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(status ?? 1);
}
