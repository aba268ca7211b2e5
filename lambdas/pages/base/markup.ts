import { html, raw } from 'hono/html';

export type Markup = ReturnType<typeof raw>;

/** What a template takes: text and numbers are escaped, markup is not, `false` and undefined show nothing. */
export type MarkupValue = string | number | false | undefined | Markup | readonly Markup[];

/**
 * HTML from a template, in which every value that is not markup itself is escaped, in text and in quoted attributes.
 */
export function markup(strings: TemplateStringsArray, ...values: MarkupValue[]): Markup {
  const result = html(strings, ...values);
  if (result instanceof Promise) throw new TypeError('a page does not wait');
  return result;
}

/** Text that this code wrote and that is markup already. Never for anything that came from outside. */
export function trusted(text: string): Markup {
  return raw(text);
}
