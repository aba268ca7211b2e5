import { layout } from '../base/layout.ts';
import { type Markup, markup, trusted } from '../base/markup.ts';

const marks = {
  good: trusted(
    '<svg class="mark good" viewBox="0 0 44 44" fill="none" stroke="currentColor" stroke-width="3" ' +
      'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><circle cx="22" cy="22" r="19"/><path ' +
      'd="M14 23l6 6 11-13"/></svg>',
  ),
  bad: trusted(
    '<svg class="mark bad" viewBox="0 0 44 44" fill="none" stroke="currentColor" stroke-width="3" ' +
      'stroke-linecap="round" aria-hidden="true"><circle cx="22" cy="22" r="19"/><path d="M22 13v12M22 ' +
      '31v.5"/></svg>',
  ),
};

/** A page that only tells how something went. */
function noticePage(props: {
  readonly issuer: string;
  readonly outcome: keyof typeof marks;
  readonly title: string;
  readonly paragraphs: readonly string[];
}): string {
  const paragraphs: Markup[] = props.paragraphs.map((text) => markup`<p>${text}</p>\n`);
  const content = markup`${marks[props.outcome]}
<h1>${props.title}</h1>
${paragraphs}`;
  return layout({ issuer: props.issuer, title: props.title, content });
}

interface NoticeProps {
  readonly issuer: string;
}

/** A mailed link has done what it is for. */
export function donePage({ title, result }: { readonly title: string; readonly result: string }) {
  return ({ issuer }: NoticeProps): string =>
    noticePage({ issuer, outcome: 'good', title, paragraphs: [result, 'You may close this page.'] });
}

/**
 * One page for forged, used, replaced and expired links: it tells nothing of which.
 *
 * @param advice what to do now
 */
export function invalidLinkPage(advice: string) {
  return ({ issuer }: NoticeProps): string =>
    noticePage({
      issuer,
      outcome: 'bad',
      title: 'This link does not work',
      paragraphs: ['It has expired, was used before, or a newer mail has replaced it.', advice],
    });
}

/**
 * Too many links were used from this address. The link is as good as before and can be tried again.
 *
 * @param retryAfterSeconds from now on
 */
export function linkLimitedPage(props: NoticeProps & { readonly retryAfterSeconds: number }): string {
  const minutes = Math.ceil(props.retryAfterSeconds / 60);
  return noticePage({
    issuer: props.issuer,
    outcome: 'bad',
    title: 'Too many attempts',
    paragraphs: [
      'There were too many attempts from your network.',
      `Please open the link in your mail again in ${minutes === 1 ? 'a minute' : `${minutes} minutes`}.`,
    ],
  });
}

/** The request is none that a mailed link or its form makes: the link is as good as before. */
export function linkRefusedPage({ issuer }: NoticeProps): string {
  return noticePage({
    issuer,
    outcome: 'bad',
    title: 'This did not work',
    paragraphs: [
      'The link was changed on its way, or what was entered cannot be read. Please open it in your mail again.',
    ],
  });
}

/** The mailed link was good, and our side failed: it can be tried again. */
export function linkFailedPage({ issuer }: NoticeProps): string {
  return noticePage({
    issuer,
    outcome: 'bad',
    title: 'Something went wrong',
    paragraphs: ['This is our fault, not yours. Please open the link in your mail again in a minute.'],
  });
}
