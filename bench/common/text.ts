import { table } from '../../bin/commands/support/output.ts';
import { type Bar, type FigureGroup, holds, type PartFigures } from './result.ts';

/** The figures as tables, and a line for each bar. */
export function asText(title: string, { groups, bars, notes = [] }: PartFigures): string {
  const parts = [title, ...groups.map(groupText), bars.map(barLine).join('\n'), notes.join('\n')];
  return parts.filter((part) => part !== '').join('\n\n');
}

function groupText({ title, unit, figures }: FigureGroup): string {
  const rows = figures.map(({ name, median, lowerQuartile, upperQuartile }) => [
    name,
    readable(median),
    `${readable(lowerQuartile)} – ${readable(upperQuartile)}`,
  ]);
  return table({ head: [title, `median, ${unit}`, 'middle half'], rows });
}

function barLine(bar: Bar): string {
  return `${holds(bar) ? 'reached' : 'MISSED '}  ${bar.claim}: ${readable(bar.value)} (${bar.is} ${bar.bar})`;
}

/** Three digits that say something; thousands apart. */
export function readable(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: 3 });
}
