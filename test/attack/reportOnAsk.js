import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

// Loaded into the process under attack: tells its parent, when asked, what memory is left after a collection, and for how long at most
// one turn of its event loop kept the processor busy since it was asked last. Unlike time that passes, that is no matter of what else
// the machine has to do.
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');

let busyMs = 0;
let before = cpuMs();
setInterval(() => {
  const now = cpuMs();
  busyMs = Math.max(busyMs, now - before);
  before = now;
}, 5).unref();

function cpuMs() {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

process.on('message', () => {
  const report = { busyMs, heapBytes: 0 };
  for (let round = 0; round < 4; round++) collectGarbage();
  report.heapBytes = process.memoryUsage().heapUsed;
  process.send?.(report);
  before = cpuMs();
  busyMs = 0;
});
process.channel?.unref();
