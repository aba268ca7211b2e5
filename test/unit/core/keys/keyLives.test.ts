import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { formerAddressTtlSeconds } from '../../../../lambdas/core/accounts/formerAddress.ts';
import { mailTokenTtlSeconds } from '../../../../lambdas/core/mail/mailToken.ts';
import { deviceTtlSeconds } from '../../../../lambdas/core/sessions/deviceToken.ts';
import { type SecretName, secrets } from '../../../../lambdas/manifest/secrets.ts';

type Ring = Exclude<SecretName, 'signingKeys'>;

/** Of what is kept as long as its account is, or longer. */
const forEver = Number.POSITIVE_INFINITY;

/** For how many seconds what a ring's key has made is good for: so long the key has to be there. */
const lives: Readonly<Record<string, { readonly ring: Ring; readonly seconds: number }>> = {
  'mail-token/…': { ring: 'mailKeys', seconds: Math.max(mailTokenTtlSeconds, formerAddressTtlSeconds) },
  'pending-registration': { ring: 'mailKeys', seconds: mailTokenTtlSeconds },
  'mail-suppression': { ring: 'mailKeys', seconds: forEver },
  'password-pepper': { ring: 'credentialKeys', seconds: forEver },
  'totp-secret': { ring: 'credentialKeys', seconds: forEver },
  'device-secret': { ring: 'credentialKeys', seconds: deviceTtlSeconds },
  'device-token': { ring: 'credentialKeys', seconds: deviceTtlSeconds },
  'mfa-token': { ring: 'credentialKeys', seconds: 300 },
  'webauthn-challenge/…': { ring: 'credentialKeys', seconds: 300 },
  'webauthn-challenge/second-factor': { ring: 'credentialKeys', seconds: 300 },
  limit: { ring: 'credentialKeys', seconds: 86_400 },
};

/** What the sources make keys of their own for. */
function usesInSources(): readonly string[] {
  const files = readdirSync('lambdas', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const uses = files.flatMap((file) =>
    [...readFileSync(`lambdas/${file}`, 'utf8').matchAll(/(?:subkey\(|\buse: |const use = )['`]([^'`]+)['`]/g)].map(
      ([, use = '']) => use.replace(/\$\{.*\}$/, '…'),
    ),
  );
  return [...new Set(uses)].filter((use) => use !== 'sig').toSorted();
}

it('each use of a MAC key has a life here', () => {
  expect(usesInSources()).toEqual(Object.keys(lives).toSorted());
});

it('a ring whose keys are retired makes nothing that lives longer than a session', () => {
  const rings = [...new Set(Object.values(lives).map(({ ring }) => ring))];
  expect(rings.toSorted()).toEqual(['credentialKeys', 'mailKeys']);
  for (const ring of rings) expect(secrets[ring].rotation.by).toBe('hand');
});

it.each(['mailKeys', 'credentialKeys'] as const)(
  'the keys of %s are only ever added: something lives for ever',
  (ring) => {
    const longest = Math.max(...Object.values(lives).flatMap((life) => (life.ring === ring ? [life.seconds] : [])));
    expect(longest).toBe(forEver);
    expect(secrets[ring].rotation).toMatchObject({ because: expect.stringContaining('only ever added') });
  },
);
