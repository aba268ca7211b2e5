import { CliError } from '../../support/cliError.ts';
import { printable } from '../../support/output.ts';
import { type JsonPart, partsOf } from './jsonParts.ts';
import type { Naming } from './naming.ts';

/**
 * The accounts of a JSON document, as they are written: what is in an array, or in the array `users` or `Users` of an
 * object. Undefined for a document that has no such array.
 *
 * @param text the JSON of `document`
 * @throws CliError for a document that holds, or tells of, more accounts than these, unless that may be left behind
 */
export function accountsOf(text: string, document: unknown, naming: Naming): Iterable<JsonPart> | undefined {
  if (Array.isArray(document)) return partsOf(text);
  if (typeof document !== 'object' || document === null) return undefined;
  const lists = Object.entries(document).flatMap(([name, list]) => (isAccounts(name, list) ? [{ name, list }] : []));
  const readable = lists.filter(({ name }) => name === 'users' || name === 'Users');
  const read = readable.find(({ list }) => list.length > 0) ?? readable[0];
  if (!read) return undefined;
  const members = [...partsOf(text)];
  const twice = members.find(({ name }, index) => members.findIndex((other) => other.name === name) !== index);
  if (twice) throw new CliError(`it has the member ${printable(twice.name ?? '')} twice: leave one of them away`);
  for (const { name, list } of lists) {
    if (name === read.name || list.length === 0) continue;
    // Which list is read must not hang on an option: the journal counts its records.
    if (readable.some((other) => other.name === name)) {
      throw new CliError('it has two lists of accounts, users and Users: write each into a file of its own');
    }
    leave(naming, name, `${printable(name)} is a list of accounts beside ${read.name}, and is not read`);
  }
  for (const [name, value] of Object.entries(document)) {
    if (namesNextPage(name) && saysSomething(value)) {
      leave(naming, name, `${printable(name)} says that more accounts follow, which are not in this file`);
    }
  }
  if ('total' in document && typeof document.total === 'number' && document.total > read.list.length) {
    leave(naming, 'total', `total says that there are ${document.total} accounts, and ${read.list.length} are here`);
  }
  const list = members.find(({ name }) => name === read.name);
  return list && partsOf(list.text);
}

function isAccounts(name: string, value: unknown): value is readonly unknown[] {
  return /(?:users|accounts)$/i.test(name) && Array.isArray(value);
}

/** Cognito's `PaginationToken`, that of the AWS CLI and of Firebase, and Auth0's `next`. */
function namesNextPage(name: string): boolean {
  return /^(?:next|(?:next_?page|pagination|continuation|next)_?token)$/i.test(name);
}

function saysSomething(value: unknown): boolean {
  return value !== null && value !== undefined && value !== '' && value !== false;
}

function leave({ left, incomplete }: Naming, name: string, reason: string): void {
  if (!left?.has(name)) {
    throw new CliError(`${reason}: import the whole export, or this alone with --leave ${printable(name)}`);
  }
  incomplete?.add(reason);
}
