import { type RouteId, routes } from '../../../lambdas/contract/routes.ts';
import type { ApiResponse } from '../../../scripts/local/stack/apiClient.ts';
import { softAuthenticator } from '../fakes/softAuthenticator.ts';
import { newBrowser } from '../people/browserClient.ts';
import { accessOf, authenticatorApp, beginMfa, enrolTotp, post } from '../people/factors.ts';
import { mailedToken, newPerson, register, signedUp, signIn } from '../people/people.ts';
import { stack } from '../stack/stack.ts';

const totpEnrolmentSchema = routes.beginTotp.answers()[201];
const passkeyOptionsSchema = routes.passkeyOptions.answers()[200];

/** A request that its route has to grant. */
export interface GoodRequest {
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const ok = (response: ApiResponse): ApiResponse => {
  if (response.status >= 300) throw new Error(`not granted: ${response.status} ${response.text}`);
  return response;
};

interface Bearer {
  readonly password: string;
  readonly token: string;
}

async function newBearer(): Promise<Bearer> {
  const { password, tokens } = await signedUp();
  return { password, token: tokens.access_token };
}

const tokenOf = async () => (await signedUp()).tokens.access_token;
const newPassword = () => newPerson().password;

async function registered() {
  const { email, password } = newPerson();
  ok(await register(email));
  return { token: await mailedToken(email), password };
}

/** A person with an authenticator app, and an access token that stands for both factors. */
async function withApp() {
  const person = await signedUp();
  const app = await enrolTotp(person, person.tokens.access_token);
  const proof = { method: 'totp', code: await app.code() };
  const stepped = accessOf(await post('/auth/step-up', person.tokens.access_token, proof));
  return { person, app, token: stepped.access_token };
}

function newAuthenticator() {
  const { origin, hostname } = new URL(stack().issuer);
  return softAuthenticator({ origin, rpId: hostname });
}

async function creation({ password, token }: Bearer) {
  const begun = await post('/auth/factors/passkeys/options', token, { current_password: password });
  const options = ok(begun).json();
  const authenticator = newAuthenticator();
  return { authenticator, credential: authenticator.create(passkeyOptionsSchema.parse(options)) };
}

async function assertion() {
  const bearer = await newBearer();
  const { token } = bearer;
  const { authenticator, credential } = await creation(bearer);
  ok(await post('/auth/factors/passkeys', token, { credential }));
  const options = ok(await post('/auth/login/passkey/options', undefined, {})).json();
  return authenticator.get(options);
}

async function resetToken() {
  const { email } = await signedUp();
  ok(await post('/auth/password/forgot', undefined, { email }));
  return mailedToken(email, 2);
}

/** The mailed token of a change of address, with the password that confirms it. */
async function pendingChange() {
  const { email } = newPerson();
  const { password, token } = await newBearer();
  ok(await post('/auth/email/change', token, { new_email: email, current_password: password }));
  return { token: await mailedToken(email), current_password: password };
}

/** The token that an old address is mailed. */
async function undoToken() {
  const { email, password, tokens } = await signedUp();
  const next = newPerson().email;
  const token = tokens.access_token;
  ok(await post('/auth/email/change', token, { new_email: next, current_password: password }));
  ok(await post('/auth/email/confirm', token, { token: await mailedToken(next) }));
  // After the registration and the notice of the request.
  return mailedToken(email, 3);
}

/** The headers of a signed-in browser's requests, cookies and CSRF token among them. */
export async function browserHeaders(): Promise<Readonly<Record<string, string>>> {
  const browser = newBrowser();
  ok(await browser.signIn(await signedUp()));
  const token = await browser.csrf();
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  return { ...token, cookie, origin: new URL(stack().issuer).origin };
}

/** How every route is seen to succeed: a route without such a request does not compile. */
export const happyPaths: Readonly<Record<RouteId, () => Promise<GoodRequest>>> = {
  health: async () => ({}),
  jwks: async () => ({}),
  register: async () => ({ json: { email: newPerson().email } }),
  verifyEmail: async () => ({ json: await registered() }),
  login: async () => {
    const { email, password, tokens } = await signedUp();
    return { json: { email, password, device_token: tokens.device_token } };
  },
  loginMfa: async () => {
    const { person, app } = await withApp();
    return { json: { mfa_token: await beginMfa(person), method: 'totp', code: await app.code() } };
  },
  loginPasskeyOptions: async () => {
    const { person } = await withApp();
    return { json: { mfa_token: await beginMfa(person) } };
  },
  loginPasskey: async () => ({ json: { credential: await assertion() } }),
  stepUp: async () => {
    const { password, tokens } = await signedUp();
    return { json: { method: 'password', password }, token: tokens.access_token };
  },
  listFactors: async () => ({ token: await tokenOf() }),
  renameFactor: async () => {
    const { app, token } = await withApp();
    return { parameters: { id: app.id }, json: { name: 'Telephone' }, token };
  },
  removeFactor: async () => {
    const { person, app, token } = await withApp();
    return { parameters: { id: app.id }, json: { current_password: person.password }, token };
  },
  beginTotp: async () => {
    const { password, token } = await newBearer();
    return { json: { current_password: password }, token };
  },
  confirmTotp: async () => {
    const { password, token } = await newBearer();
    const begun = ok(await post('/auth/factors/totp', token, { current_password: password }));
    const { id, secret } = totpEnrolmentSchema.parse(begun.json());
    return { json: { id, code: await authenticatorApp(secret).code() }, token };
  },
  passkeyOptions: async () => {
    const { password, token } = await newBearer();
    return { json: { current_password: password }, token };
  },
  addPasskey: async () => {
    const bearer = await newBearer();
    const { credential } = await creation(bearer);
    return { json: { credential, name: 'Key' }, token: bearer.token };
  },
  renewRecoveryCodes: async () => {
    const { person, token } = await withApp();
    return { json: { current_password: person.password }, token };
  },
  refresh: async () => ({ json: { refresh_token: (await signedUp()).tokens.refresh_token } }),
  forgotPassword: async () => ({ json: { email: (await signedUp()).email } }),
  resetPassword: async () => ({ json: { token: await resetToken(), new_password: newPassword() } }),
  changePassword: async () => {
    const { password, tokens } = await signedUp();
    return { json: { current_password: password, new_password: newPassword() }, token: tokens.access_token };
  },
  deleteMe: async () => {
    const { password, tokens } = await signedUp();
    return { json: { current_password: password }, token: tokens.access_token };
  },
  changeEmail: async () => {
    const { password, token } = await newBearer();
    return { json: { new_email: newPerson().email, current_password: password }, token };
  },
  confirmEmail: async () => ({ json: await pendingChange() }),
  undoEmail: async () => ({ json: { token: await undoToken(), new_password: newPassword() } }),
  logout: async () => {
    const { tokens } = await signedUp();
    return { json: { refresh_token: tokens.refresh_token }, token: tokens.access_token };
  },
  logoutEverywhere: async () => ({ token: await tokenOf() }),
  csrf: async () => ({ headers: await browserHeaders() }),
  me: async () => ({ token: await tokenOf() }),
  listSessions: async () => ({ token: await tokenOf() }),
  revokeSession: async () => {
    const person = await signedUp();
    const { session_id: sid } = await signIn(person);
    return { parameters: { sid }, token: person.tokens.access_token };
  },
  showVerifyEmailPage: async () => ({ query: { token: (await registered()).token } }),
  submitVerifyEmailPage: async () => ({ form: await registered() }),
  showResetPage: async () => ({ query: { token: await resetToken() } }),
  submitResetPage: async () => ({ form: { token: await resetToken(), password: newPassword() } }),
  showConfirmEmailPage: async () => ({ query: { token: (await pendingChange()).token } }),
  submitConfirmEmailPage: async () => ({ form: await pendingChange() }),
  showUndoEmailPage: async () => ({ query: { token: await undoToken() } }),
  submitUndoEmailPage: async () => ({ form: { token: await undoToken(), password: newPassword() } }),
};
