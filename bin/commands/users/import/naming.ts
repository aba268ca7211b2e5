/** How a file names its fields. */
export interface Naming {
  /** What it calls a field, and what that is called here. */
  readonly names: ReadonlyMap<string, string>;
  /** What is read. */
  readonly fields: readonly string[];
  /** Gets the names that a record has. */
  readonly used?: Set<string>;
}
