import { cpSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fetchPackage } from './fetchPackage.ts';

const scope = '@node-rs';
/** The package that holds the binary for Lambda: ARM64, glibc. */
const lambdaBinary = `${scope}/argon2-linux-arm64-gnu`;

/** Puts the password hash, a native module, beside a bundle: for this machine, or for Lambda. */
export function addPasswordHash(root: string, folder: string, target: 'host' | 'lambda'): void {
  copyPackage(join(root, 'node_modules', scope, 'argon2'), join(folder, 'node_modules', scope, 'argon2'));
  for (const binary of target === 'host' ? hostBinaries(root) : [lambdaBinary]) {
    const source = target === 'host' ? join(root, 'node_modules', binary) : fetchPackage(root, binary);
    copyPackage(source, join(folder, 'node_modules', binary));
  }
}

function hostBinaries(root: string): string[] {
  const installed = readdirSync(join(root, 'node_modules', scope)).filter((name) => name.startsWith('argon2-'));
  if (installed.length === 0) throw new Error('No binary of @node-rs/argon2 for this machine: run npm ci');
  return installed.map((name) => `${scope}/${name}`);
}

function copyPackage(from: string, to: string): void {
  const needed = readdirSync(from).filter((file) => /^(package\.json|index\.js|.*\.node)$/.test(file));
  for (const file of needed) cpSync(join(from, file), join(to, file));
  if (!existsSync(join(to, 'package.json'))) throw new Error(`${from} is no package`);
}
