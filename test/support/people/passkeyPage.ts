import type { CDPSession, Page } from 'playwright-core';
import { z } from 'zod';
import { noteSecret } from '../secretSearch/secrets.ts';

const answerSchema = z.object({ status: z.number(), body: z.unknown() });
export type PageAnswer = z.infer<typeof answerSchema>;

/** What the page's script sends. */
export interface PageRequest {
  readonly method?: string;
  readonly token?: string;
  readonly json?: unknown;
}

const authenticators = {
  /** An authenticator in the device: it keeps passkeys and verifies its user at once. */
  platform: { transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true },
  /** A key that can be touched and does no more. */
  securityKey: { transport: 'usb', hasResidentKey: false, hasUserVerification: false, isUserVerified: false },
} as const;

/** A virtual authenticator of the browser (WebAuthn Level 3 §11). */
export async function addAuthenticator(page: Page, kind: keyof typeof authenticators) {
  const devTools: CDPSession = await page.context().newCDPSession(page);
  await devTools.send('WebAuthn.enable');
  const { authenticatorId } = await devTools.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', automaticPresenceSimulation: true, ...authenticators[kind] },
  });
  return {
    /** Whether the user can be verified from now on; a wet finger cannot. */
    verifiesUser: (isUserVerified: boolean) =>
      devTools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }),
    credentials: async () => (await devTools.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
  };
}

/** Runs as a script of the page's origin, so that the browser adds `Origin` and its cookies, and holds to its rules. */
export function scriptOf(page: Page) {
  const run = (script: string, argument: unknown): Promise<unknown> =>
    page.evaluate(`(${script})(${JSON.stringify(argument)})`);
  return {
    /** `fetch()`. */
    async call(path: string, request: PageRequest = {}): Promise<PageAnswer> {
      const answer = answerSchema.parse(await run(fetchScript, { path, ...request }));
      const { access_token: token } = z.object({ access_token: z.string().optional() }).catch({}).parse(answer.body);
      if (token !== undefined) noteSecret(token);
      return answer;
    },
    /** `navigator.credentials.create()`, as JSON; the error's name when the browser refuses. */
    create: (options: unknown) => run(createScript, options),
    /** `navigator.credentials.get()`, as JSON; the error's name when the browser refuses. */
    get: (options: unknown) => run(getScript, options),
  };
}

const fetchScript = `async ({ path, method = 'POST', token, json }) => {
  const headers = {
    ...(token !== undefined && { authorization: 'Bearer ' + token }),
    ...(json !== undefined && { 'content-type': 'application/json' }),
  };
  const answer = await fetch(path, { method, headers, body: json === undefined ? undefined : JSON.stringify(json) });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? null : JSON.parse(text) };
}`;

const createScript = `async (options) => {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  return navigator.credentials.create({ publicKey }).then((made) => made.toJSON(), (error) => error.name);
}`;

const getScript = `async (options) => {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return navigator.credentials.get({ publicKey }).then((made) => made.toJSON(), (error) => error.name);
}`;
