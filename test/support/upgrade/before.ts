import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { softAuthenticator } from '../fakes/softAuthenticator.ts';
import { authenticatorApp } from '../people/factors.ts';
import { interruptErasure } from '../people/interruptedErasure.ts';
import { awsClients } from '../stack/awsClients.ts';
import { stack } from '../stack/stack.ts';
import {
  cookiesOf,
  demand,
  type Member,
  mailedToken,
  me,
  newMember,
  newPerson,
  post,
  postAsOwner,
  refresh,
  signIn,
  tokensOf,
} from './client.ts';
import { operate } from './releases.ts';

/** Makes, on the release before, one of everything that has to outlive an upgrade. */
export async function dataOfBefore() {
  const [kept, browser, app, passkey, registration, reset, change, erasing, ended] = await Promise.all([
    keptSessions(),
    browserSession(),
    withAuthenticatorApp(),
    withPasskey(),
    pendingRegistration(),
    pendingReset(),
    pendingChange(),
    interruptedErasure(),
    endedSessions(),
  ]);
  return { kept, browser, app, passkey, registration, reset, change, erasing, ended };
}

/** A session that was never refreshed, one that was, and a device that the account knows. */
async function keptSessions() {
  const member = await newMember();
  const fresh = tokensOf(await signIn(member, member.tokens.device_token));
  const once = tokensOf(await refresh(member.tokens.refresh_token));
  const rotated = tokensOf(await refresh(once.refresh_token));
  return { member, fresh, rotated, device: fresh.device_token ?? '' };
}

async function browserSession() {
  const { email, password, from } = await newMember();
  const headers = { origin: new URL(stack().issuer).origin };
  const answer = await post('/auth/login', { email, password }, { headers, from });
  return { headers: { ...headers, cookie: cookiesOf(demand(answer, 200, 'sign-in of a browser')) } };
}

async function withAuthenticatorApp() {
  const member = await newMember();
  const token = member.tokens.access_token;
  const begun = demand(await postAsOwner(member, '/auth/factors/totp'), 201, 'enrolment of an app').json();
  const { id, secret } = z.looseObject({ id: z.string(), secret: z.string() }).parse(begun);
  const app = authenticatorApp(secret);
  const confirmed = await post('/auth/factors/totp/confirm', { id, code: await app.code() }, { token });
  const codes = z.looseObject({ recovery_codes: z.array(z.string()) });
  const { recovery_codes } = codes.parse(demand(confirmed, 200, 'enrolment of an app').json());
  return { member, app, recoveryCodes: recovery_codes };
}

async function withPasskey() {
  const member = await newMember();
  const token = member.tokens.access_token;
  const { origin, hostname } = new URL(stack().issuer);
  const authenticator = softAuthenticator({ origin, rpId: hostname });
  const options = demand(await postAsOwner(member, '/auth/factors/passkeys/options'), 200, 'options').json();
  const credential = authenticator.create(options);
  demand(await post('/auth/factors/passkeys', { credential }, { token }), 201, 'enrolment of a passkey');
  return { member, authenticator };
}

async function pendingRegistration() {
  const person = newPerson();
  demand(await post('/auth/register', { email: person.email }, { from: person.from }), 202, 'register');
  return { person, token: await mailedToken(person.email, 1) };
}

async function pendingReset() {
  const member = await newMember();
  demand(await post('/auth/password/forgot', { email: member.email }, { from: member.from }), 202, 'forgot');
  return { member, token: await mailedToken(member.email, 2) };
}

async function pendingChange() {
  const member = await newMember();
  const address = newPerson().email;
  demand(await postAsOwner(member, '/auth/email/change', { new_email: address }), 202, 'change of address');
  return { member, address, token: await mailedToken(address, 1), namesSession: await changeNamesSession() };
}

/** As the release before leaves it: without what the sweep of a later one finds it by. */
async function interruptedErasure() {
  const member = await newMember();
  const profile = demand(await me(member.tokens.access_token), 200, 'profile').json();
  const { sub } = z.looseObject({ sub: z.string() }).parse(profile);
  await interruptErasure(sub, {});
  return { member, sub };
}

/** A change that outlived the session that asked for it would be a thief's: one that names none is asked for again. */
async function changeNamesSession(): Promise<boolean> {
  const { Items = [] } = await awsClients().documents.send(
    new ScanCommand({ TableName: stack().tables['Grants'], ConsistentRead: true }),
  );
  const [change, another] = Items.filter(({ pk }) => String(pk).startsWith('email-change'));
  if (change === undefined || another !== undefined) throw new Error('there is not one change of address');
  return change['sid'] !== undefined;
}

/** Of each way in which sessions end, one. */
async function endedSessions(): Promise<Readonly<Record<string, Member>>> {
  const signedOut = await newMember();
  const everywhere = await newMember();
  const stolen = await newMember();
  const disabled = await newMember();
  demand(await post('/auth/logout', undefined, { token: signedOut.tokens.access_token }), 204, 'sign-out');
  demand(
    await post('/auth/logout-everywhere', undefined, { token: everywhere.tokens.access_token }),
    204,
    'everywhere',
  );
  await operate('before', ['users', 'disable', disabled.email]);
  // Two generations back is a theft, whenever it comes.
  const second = tokensOf(await refresh(stolen.tokens.refresh_token));
  tokensOf(await refresh(second.refresh_token));
  demand(await refresh(stolen.tokens.refresh_token), 400, 'a stolen refresh token');
  return { 'signed out': signedOut, 'signed out everywhere': everywhere, disabled, stolen };
}
