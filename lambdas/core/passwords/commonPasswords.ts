import { lowestPasswordMinimum } from '../../contract/passwords.ts';
import { bloomFilterHas, buildBloomFilter } from './bloomFilter.ts';
import { countCodePoints, normalizePassword } from './password.ts';

/**
 * A filter of common passwords. Those that no minimum length lets through are left out: they are refused without it.
 *
 * @param list one password a line
 */
export function buildCommonPasswords(list: string): Buffer {
  const entries = list.split('\n').map(foldPassword);
  return buildBloomFilter(new Set(entries.filter((entry) => countCodePoints(entry) >= lowestPasswordMinimum)));
}

/** Whether a password is on the list, in whatever case; one in 65,536 others is taken for one of them. */
export function isCommonPassword(filter: Buffer, password: string): boolean {
  return bloomFilterHas(filter, foldPassword(password));
}

/** Case makes no common password a good one. */
function foldPassword(password: string): string {
  return normalizePassword(password).toLowerCase();
}
