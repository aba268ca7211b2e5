import { readFile } from 'node:fs/promises';
import { unavailable } from '../../core/common/errors.ts';
import { isCommonPassword } from '../../core/passwords/commonPasswords.ts';
import type { CommonPasswords } from '../../core/passwords/passwordPolicy.ts';

/**
 * The million most common passwords, as the filter that the build makes. The file (1.4 MB) is read at the first
 * question, not at the start of the Lambda, and kept; then a question is one SHA-512.
 *
 * `includes` throws ProblemError `unavailable` when the file cannot be read: no password is set unchecked.
 */
export function createCommonPasswords(file: URL | string): CommonPasswords {
  let reading: Promise<Buffer> | undefined;
  return {
    async includes(password) {
      reading ??= readFile(file);
      try {
        return isCommonPassword(await reading, password);
      } catch (error) {
        reading = undefined;
        throw unavailable(error);
      }
    },
  };
}
