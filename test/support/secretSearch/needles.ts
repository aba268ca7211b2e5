export type Form = 'raw' | 'url' | 'base64' | 'hex';

export interface Needle {
  readonly secret: string;
  readonly form: Form;
  readonly text: string;
}

const indexLength = 12;

/** A secret as it may have been written: as it is, in a URL, in base64 (of any alignment, either alphabet), in hex. */
export function needlesOf(secret: string): Needle[] {
  const bytes = Buffer.from(secret, 'utf8');
  const base64 = [0, 1, 2].map((offset) => innerBase64(bytes, offset));
  const texts: [Form, string][] = [
    ['raw', secret],
    ['raw', JSON.stringify(secret).slice(1, -1)],
    ['url', encodeURIComponent(secret)],
    ['url', new URLSearchParams([['', secret]]).toString().slice(1)],
    ...base64.flatMap((text): [Form, string][] => [
      ['base64', text],
      ['base64', text.replaceAll('+', '-').replaceAll('/', '_')],
    ]),
    ['hex', bytes.toString('hex')],
    ['hex', bytes.toString('hex').toUpperCase()],
  ];
  return texts.filter(([, text]) => text.length >= indexLength).map(([form, text]) => ({ secret, form, text }));
}

/** The base64 characters that depend on these bytes alone, when `offset` unknown bytes stand before them. */
function innerBase64(bytes: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  const first = Math.ceil((offset * 8) / 6);
  const last = Math.floor(((offset + bytes.length) * 8) / 6);
  return text.slice(first, last);
}

/** Finds many needles in one pass: every position is looked up by its next twelve characters. */
export function createSearch(needles: readonly Needle[]): (text: string) => Needle[] {
  const byStart = Map.groupBy(needles, ({ text }) => text.slice(0, indexLength));
  return (text) => {
    const found: Needle[] = [];
    for (let at = 0; at + indexLength <= text.length; at++) {
      const candidates = byStart.get(text.slice(at, at + indexLength));
      if (candidates) found.push(...candidates.filter((needle) => text.startsWith(needle.text, at)));
    }
    return found;
  };
}
