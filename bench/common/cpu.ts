import process from 'node:process';

const batch = 64;

/**
 * How many times a second the operation can be done, by the CPU time of this process, that of the garbage collector
 * included. Of work that waits for nothing this is what the wall clock shows on a machine with nothing else to do.
 */
export async function perCpuSecond(operation: () => unknown, leastMs = 200): Promise<number> {
  // The caches still hold what the one before has left.
  for (let index = 0; index < 8; index += 1) await runBatch(operation);
  const began = process.cpuUsage();
  let done = 0;
  let usedMs = 0;
  while (usedMs < leastMs) {
    await runBatch(operation);
    done += batch;
    const { user, system } = process.cpuUsage(began);
    usedMs = (user + system) / 1000;
  }
  return (done * 1000) / usedMs;
}

async function runBatch(operation: () => unknown): Promise<void> {
  for (let index = 0; index < batch; index += 1) {
    const result = operation();
    if (result instanceof Promise) await result;
  }
}
