/** Below it, a number is the day of a calendar (20200913), a year or a counter, and no second since 1970. */
const earliestSeconds = 1e8;
/** The last second that RFC 3339 can write. */
const latestSeconds = 253_402_300_799;

const date = /^(\d{4})-(\d\d)-(\d\d)/;
const time = /(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?)?/;
const zone = /(?: ?(Z|UTC|GMT|([+-])(\d\d)(?::?(\d\d))?))?$/;
const written = new RegExp(`${date.source}${time.source}${zone.source}`, 'i');

/**
 * An instant as RFC 3339 or SQL writes it (UTC where it names no zone), or in seconds or milliseconds since 1970, as
 * epoch seconds. Undefined for anything else: microseconds, nanoseconds, a day that no calendar has.
 */
export function instantOf(value: string | number): number | undefined {
  if (typeof value === 'number') return instantOfNumber(value);
  const text = value.trim();
  return /^\d+(?:\.\d+)?$/.test(text) ? instantOfNumber(Number(text)) : instantOfText(text);
}

function instantOfNumber(number: number): number | undefined {
  const seconds = Math.floor(number >= 1e11 ? number / 1000 : number);
  return seconds >= earliestSeconds && seconds <= latestSeconds && number < 1e14 ? seconds : undefined;
}

function instantOfText(text: string): number | undefined {
  const [, year, month, day, hour = '0', minute = '0', second = '0', , sign, offsetHours = '0', offsetMinutes = '0'] =
    written.exec(text) ?? [];
  if (year === undefined) return undefined;
  const local = new Date(`${year}-${month}-${day}T00:00:00Z`);
  const isDay = !Number.isNaN(local.getTime()) && local.getUTCDate() === Number(day);
  if (!isDay || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined;
  if (Number(offsetHours) > 23 || Number(offsetMinutes) > 59) return undefined;
  const offset = (Number(offsetHours) * 3600 + Number(offsetMinutes) * 60) * (sign === '-' ? -1 : 1);
  const seconds = local.getTime() / 1000 + Number(hour) * 3600 + Number(minute) * 60 + Number(second) - offset;
  return seconds >= 0 && seconds <= latestSeconds ? seconds : undefined;
}
