import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** Vitest's global set-up of the suites that need a running stack. */
export default function requireStack(): void {
  process.env['GATEHOUSE_STACK_FILE'] ??= resolve(import.meta.dirname, '../../../.local/stack.json');
  const file = process.env['GATEHOUSE_STACK_FILE'];
  if (!existsSync(file)) throw new Error(`There is no stack at ${file}: use npm test, or start one with npm run up`);
}
