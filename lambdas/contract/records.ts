/** The names of a record. */
export function namesOf<Name extends string>(record: { readonly [Key in Name]?: unknown }): readonly Name[] {
  // TypeScript takes the names of an object for any texts; a definition has no others than its own.
  return Object.keys(record) as Name[];
}

/** A record of the same names, with a value made from each. */
export function mapRecord<Name extends string, From, To>(
  record: Readonly<Record<Name, From>>,
  make: (value: From, name: Name) => To,
): Readonly<Record<Name, To>> {
  return Object.fromEntries(namesOf(record).map((name) => [name, make(record[name], name)])) as Record<Name, To>;
}
