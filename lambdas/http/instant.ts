/** A point in time on the wire (RFC 3339), from epoch seconds. */
export function instantOf(epochSeconds: number): string {
  return new Date(epochSeconds * 1000).toISOString();
}
