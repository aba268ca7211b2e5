/** What keeps others out of an account: its password, its second factors, and whether it is open at all. */
const guards = new Set(
  [
    'password passwords passwd pwd passphrase pass hash hashes salt secret secrets credential credentials pin',
    'mfa 2fa tfa otp totp hotp u2f fido fido2 webauthn passkey passkeys authenticator authenticators',
    'factor factors multifactor twofactor enrollment enrollments enrolment enrolments recovery backup',
    'blocked disabled banned suspended locked deactivated deleted active inactive enabled',
  ].flatMap((words) => words.split(' ')),
);
const stems = /passw(?:or)?d|pwhash|passhash|mfa|totp|2fa|webauthn|passkey|twofactor|multifactor/;

/** What tells of a guard without being one. */
const circumstances = new Set(
  [
    'at on date time when last count counter attempts',
    'updated changed set modified expires expiry hint policy reset',
  ].flatMap((words) => words.split(' ')),
);

/** Whether a field that nothing reads may hold what guards an account, by its name. */
export function looksLikeGuard(field: string): boolean {
  const words = field
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
  if (words.some((word) => circumstances.has(word)) || field === 'disableableCredentialTypes') return false;
  return words.some((word) => guards.has(word)) || stems.test(words.join(''));
}
