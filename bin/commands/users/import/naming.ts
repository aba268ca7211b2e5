/** How a file names its fields, and what of it may be left behind. */
export interface Naming {
  /** What it calls a field, and what that is called here. */
  readonly names: ReadonlyMap<string, string>;
  /** What is read. */
  readonly fields: readonly string[];
  /** Gets the names that a record has. */
  readonly used?: Set<string>;
  /** What may be left behind. */
  readonly left?: ReadonlySet<string>;
  /** Gets what shows that the file holds, or its export held, more accounts than are read. */
  readonly incomplete?: Set<string>;
}
