import { lowestPasswordMinimum } from '../../contract/passwords.ts';
import { bloomFilterHas, buildBloomFilter } from './bloomFilter.ts';
import { countCodePoints, normalizePassword } from './password.ts';

/**
 * A filter of common passwords. It leaves out those under the lowest minimum length, which are refused anyway.
 *
 * @param list one password a line
 */
export function buildCommonPasswords(list: string): Buffer {
  const entries = list.split('\n').map(foldPassword);
  return buildBloomFilter(new Set(entries.filter((entry) => countCodePoints(entry) >= lowestPasswordMinimum)));
}

/** Whether a password is on the list, in whatever case. One in 65,536 others is taken for a listed one. */
export function isCommonPassword(filter: Buffer, password: string): boolean {
  return bloomFilterHas(filter, foldPassword(password));
}

/** A common password in another case is still common. */
function foldPassword(password: string): string {
  return normalizePassword(password).toLowerCase();
}
