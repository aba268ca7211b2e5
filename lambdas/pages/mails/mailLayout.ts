import { type Markup, markup, trusted } from '../base/markup.ts';

export interface Mail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

const font = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";

/** Mail programs know little CSS: the light look is inline, the dark one an extra for those that take a style sheet. */
const darkStyles = trusted(`<style>
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
  .page { background: #0d1117 !important; }
  .card { background: #161b22 !important; border-color: #2b323d !important; }
  .text { color: #eef1f5 !important; }
  .muted { color: #aab4c2 !important; }
  .button { background: #8fb4ff !important; color: #0b1526 !important; }
}
</style>`);

/** The HTML part of a mail. */
export function mailLayout(props: { readonly host: string; readonly title: string; readonly content: Markup }): string {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${props.title}</title>
${darkStyles}
</head>
<body class="page" style="margin:0;padding:0;background:#f3f5f8">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr>
<td class="page" align="center" style="padding:24px 12px;background:#f3f5f8">
<table class="card" role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"
  style="max-width:520px;background:#ffffff;border:1px solid #dfe3ea;border-radius:14px"><tr>
<td align="left" style="padding:32px;${font}">
<p class="muted" style="margin:0 0 20px;font-size:14px;line-height:20px;color:#4a5463">${props.host}</p>
<h1 class="text" style="margin:0 0 12px;font-size:22px;line-height:28px;font-weight:600;color:#14181f">
${props.title}</h1>
${props.content}
</td></tr></table>
</td></tr></table>
</body>
</html>
`.toString();
}

export function paragraph(content: string | Markup): Markup {
  return markup`<p class="text" style="margin:0 0 16px;font-size:16px;line-height:24px;color:#14181f">${content}</p>\n`;
}

export function smallPrint(content: string | Markup): Markup {
  const style = 'margin:16px 0 0;font-size:14px;line-height:21px;color:#4a5463;word-break:break-word';
  return markup`<p class="muted" style="${style}">${content}</p>\n`;
}

/**
 * A link as a button. `ses:no-track` keeps SES from rewriting it, whatever the deployment's settings: it holds a token.
 */
export function button(label: string, url: string): Markup {
  const style =
    'display:inline-block;padding:13px 22px;border-radius:8px;background:#1d4ed8;color:#ffffff;' +
    'font-size:16px;line-height:20px;font-weight:600;text-decoration:none';
  const link = markup`<a class="button" href="${url}" ses:no-track style="${style}">${label}</a>`;
  return markup`<p style="margin:24px 0">${link}</p>\n`;
}
