import {
  call,
  demand,
  type Member,
  mailedToken,
  newMember,
  newPerson,
  post,
  refresh,
  signIn,
  tokensOf,
} from './client.ts';
import { operate } from './releases.ts';

type End = (member: Member) => Promise<unknown>;

/** Every way in which a person or an operator ends what an access token stands for. */
const ways: Readonly<Record<string, End>> = {
  'sign-out': ({ tokens }) => post('/auth/logout', undefined, { token: tokens.access_token }),
  'sign-out by the refresh token': ({ tokens }) => post('/auth/logout', { refresh_token: tokens.refresh_token }),
  'sign-out everywhere': ({ tokens }) => post('/auth/logout-everywhere', undefined, { token: tokens.access_token }),
  'the end of one session': async (member) => {
    const { access_token: token } = tokensOf(await signIn(member));
    return call(`/auth/sessions/${member.tokens.session_id}`, { method: 'DELETE', token });
  },
  'a reset password': async ({ email, from }) => {
    demand(await post('/auth/password/forgot', { email }, { from }), 202, 'forgot');
    // Mail 1 was the registration's.
    const token = await mailedToken(email, 2);
    return post('/auth/password/reset', { token, new_password: newPerson().password });
  },
  'a stolen refresh token': async ({ tokens }) => {
    const second = tokensOf(await refresh(tokens.refresh_token));
    tokensOf(await refresh(second.refresh_token));
    demand(await refresh(tokens.refresh_token), 400, 'a stolen refresh token');
  },
  'an operator who disables': ({ email }) => operate('working tree', ['users', 'disable', email]),
  'an operator who signs out': ({ email }) => operate('working tree', ['users', 'revoke', email]),
  'an erasure': ({ tokens, password }) =>
    call('/auth/me', { method: 'DELETE', token: tokens.access_token, json: { current_password: password } }),
};

/** Ends one session in each of the ways. Returns the access tokens that are dead with it. */
export async function endInEveryWay(): Promise<readonly (readonly [way: string, token: string])[]> {
  return Promise.all(
    Object.entries(ways).map(async ([way, end]) => {
      const member = await newMember();
      await end(member);
      return [way, member.tokens.access_token] as const;
    }),
  );
}
