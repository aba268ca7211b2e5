import type { Figure, FigureGroup } from './result.ts';
import { readable } from './text.ts';

const width = 720;
const nameWidth = 270;
const barWidth = 330;
const row = 26;
const heading = 44;

/** Bars of the medians, with the middle half of the rounds as a line. It reads on a light and a dark page alike. */
export function asSvg(title: string, groups: readonly FigureGroup[]): string {
  let y = heading;
  const drawn: string[] = [];
  for (const group of groups) {
    drawn.push(groupSvg(group, y));
    y += heading + group.figures.length * row;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" role="img" aria-label="${escaped(title)}">`,
    '<style>text{font:13px system-ui,sans-serif;fill:#6b7280}.h{font-weight:600;font-size:15px}.b{fill:#3b82f6}',
    '.o{fill:#9ca3af}.s{stroke:#1f2937;stroke-width:1.5}</style>',
    `<text class="h" x="8" y="24">${escaped(title)}</text>`,
    ...drawn,
    '</svg>',
    '',
  ].join('\n');
}

function groupSvg({ title, unit, better, figures }: FigureGroup, top: number): string {
  const longest = Math.max(...figures.map(({ upperQuartile }) => upperQuartile));
  const length = (value: number) => Math.round((barWidth * value) / longest);
  const lines = figures.map((figure, index) => rowSvg(figure, top + 30 + index * row, length));
  const head = `${title} (${unit}, ${better} is better)`;
  return [`<text x="8" y="${top + 16}">${escaped(head)}</text>`, ...lines].join('\n');
}

function rowSvg(figure: Figure, y: number, length: (value: number) => number): string {
  const { name, median, lowerQuartile, upperQuartile } = figure;
  const middle = y + 8;
  const colour = name.startsWith('Gatehouse') ? 'b' : 'o';
  const [from, to] = [nameWidth + length(lowerQuartile), nameWidth + length(upperQuartile)];
  return [
    `<text x="${nameWidth - 8}" y="${y + 13}" text-anchor="end">${escaped(name)}</text>`,
    `<rect class="${colour}" x="${nameWidth}" y="${y}" width="${length(median)}" height="16"/>`,
    `<line class="s" x1="${from}" x2="${to}" y1="${middle}" y2="${middle}"/>`,
    `<text x="${nameWidth + length(Math.max(median, upperQuartile)) + 8}" y="${y + 13}">${readable(median)}</text>`,
  ].join('');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
