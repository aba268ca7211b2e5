/** By what a rejected record is found again in its own system. */
export interface RecordName {
  readonly id?: string | undefined;
  readonly email?: string | undefined;
}

const ids = ['sub', 'source_id', 'user_id', '_id', 'localId', 'id', 'Username'];

/** Id and address of a record in any format, as far as it has them. The record need not be valid. */
export function recordName(record: unknown): RecordName {
  if (typeof record !== 'object' || record === null) return {};
  const members = new Map<string, unknown>(Object.entries(record));
  const id = ids.map((name) => nameOf(members.get(name))).find((one) => one !== undefined);
  const email = nameOf(members.get('email')) ?? attribute(members.get('Attributes') ?? members.get('UserAttributes'));
  return { ...(id !== undefined && { id }), ...(email !== undefined && { email }) };
}

function attribute(list: unknown): string | undefined {
  const named = Array.isArray(list) ? list.find((one) => Object(one).Name === 'email') : undefined;
  return nameOf(Object(named).Value);
}

function nameOf(value: unknown): string | undefined {
  if (typeof value === 'object' && value !== null && '$oid' in value) return nameOf(value.$oid);
  return (typeof value === 'string' || typeof value === 'number') && value !== ''
    ? `${value}`.slice(0, 256)
    : undefined;
}
