import { describe, expect, it } from 'vitest';
import { refuseClockSkew } from '../../../../../bin/commands/support/clockSkew.ts';

const serverDate = 'Tue, 01 Jan 2030 00:00:10 GMT';
const serverMs = Date.UTC(2030, 0, 1, 0, 0, 10);
const check =
  (offMs: number, date: string | undefined = serverDate) =>
  () =>
    refuseClockSkew(date, { sentAtMs: serverMs + offMs, receivedAtMs: serverMs + offMs + 50 });

describe("the operator's clock", () => {
  it('may be off by what a revocation allows for', () => {
    for (const offMs of [0, 999, 2900, -1900]) expect(check(offMs)).not.toThrow();
  });

  it('is refused when what it revokes would not be found in time', () => {
    expect(check(60_000)).toThrow(/59 s ahead of AWS's: set it/);
    expect(check(-60_000)).toThrow(/60 s behind AWS's: set it/);
  });

  it('is taken as it is where the answer has no date', () => {
    expect(check(60_000, 'nonsense')).not.toThrow();
  });
});
