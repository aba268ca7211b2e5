import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Leaves the figures of a long proof in `.local/proof`, and shows them. */
export function writeProof(name: string, figures: Readonly<Record<string, unknown>>): void {
  const folder = process.env['GATEHOUSE_PROOF_DIR'] ?? resolve(import.meta.dirname, '../../../.local/proof');
  mkdirSync(folder, { recursive: true });
  const text = JSON.stringify({ at: new Date().toISOString(), ...figures }, null, 2);
  writeFileSync(join(folder, `${name}.json`), `${text}\n`);
  console.log(`${name}: ${text}`);
}
