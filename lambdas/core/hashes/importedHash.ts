/** Marks a hash that another system made: it is verified by that system's rules until its owner signs in. */
const mark = 'imported:';

export function markImported(hash: string): string {
  return `${mark}${hash}`;
}

/** The hash as the other system had it, or undefined for one of our own. */
export function unmarkImported(hash: string): string | undefined {
  return hash.startsWith(mark) ? hash.slice(mark.length) : undefined;
}
