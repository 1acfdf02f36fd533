import module from 'node:module';
import { fileURLToPath } from 'node:url';

// Plain JavaScript, run before all else: an old Node.js knows no TypeScript, and has to say so before it stumbles over it.
const NEEDED = 24;

const { node } = process.versions;
if (Number.parseInt(node, 10) < NEEDED) {
  process.stderr.write(
    `Node.js ${NEEDED} or newer is needed, and this is ${node}. "npm ci" installs one for npm scripts on Linux and Windows (x64 and, on Linux, arm64): run "npm ci", then "npm start". Elsewhere install Node.js ${NEEDED}.\n`,
  );
  process.exit(1);
}

// Compiled code is kept from one start to the next, which takes half of it off. Where nothing can be written, nothing is kept.
module.enableCompileCache?.(fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url)));
