import type { Page } from 'playwright-core';
import { z } from 'zod';
import { stack } from '../stack/stack.ts';

interface ScriptRequest {
  readonly method?: string;
  readonly json?: { readonly email: string; readonly password: string };
  readonly token?: string;
  readonly csrf?: string;
  readonly mode?: 'no-cors';
}

const answerSchema = z.object({ status: z.number(), body: z.unknown() });

export type Script = ReturnType<typeof scriptOn>;

/** Runs `fetch` with cookies in the page; a request that the browser does not let the script read has status 0. */
export function scriptOn(page: Page) {
  return async (path: string, { json, token, csrf, ...request }: ScriptRequest = {}) => {
    const init = {
      method: json === undefined ? 'GET' : 'POST',
      credentials: 'include',
      ...request,
      headers: {
        ...(json && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(csrf !== undefined && { 'x-csrf-token': csrf }),
      },
      ...(json && { body: JSON.stringify({ email: json.email, password: json.password }) }),
    };
    const answer = await page.evaluate(`fetch(${JSON.stringify(stack().issuer + path)}, ${JSON.stringify(init)}).then(
      async (answer) => ({ status: answer.status, body: await answer.text().then((text) => text && JSON.parse(text)) }),
      (error) => ({ status: 0, body: error.name }),
    )`);
    return answerSchema.parse(answer);
  };
}
