import { createServer } from 'node:http';
import process from 'node:process';
import * as z from 'zod/mini';
import { servers } from './contestants.ts';

const optionsSchema = z.object({
  delayMs: z.number(),
  algorithm: z.enum(['RS256', 'ES256']),
  sessions: z.number(),
});

/** One server in a process of its own; it answers every message with the CPU time that it has used, in milliseconds. */
const [name = '', options = ''] = process.argv.slice(2);
const { listener, ...about } = (await servers[name]?.(optionsSchema.parse(JSON.parse(options)))) ?? {};
const server = createServer(listener);
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : undefined, ...about });
});
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.((user + system) / 1000);
});
