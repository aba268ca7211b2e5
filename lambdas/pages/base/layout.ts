import { type Markup, markup, trusted } from './markup.ts';
import { styles } from './styles.ts';

export interface LayoutProps {
  /** Public base URL; its host tells people whose page this is. */
  readonly issuer: string;
  readonly title: string;
  readonly content: Markup;
}

const styleElement = trusted(`<style>${styles}</style>`);

/**
 * A whole page.
 *
 * The referrer policy in the document overrides the header's `no-referrer`, under which a browser would send the form
 * with `Origin: null` (Fetch §3.2) and the Origin check refuse it; `strict-origin` never tells the path or the token.
 */
export function layout({ issuer, title, content }: LayoutProps): string {
  const { host } = new URL(issuer);
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="strict-origin">
<meta name="color-scheme" content="light dark">
<title>${title} · ${host}</title>
${styleElement}
</head>
<body>
<main>
<p class="service">${host}</p>
${content}
</main>
</body>
</html>
`.toString();
}
