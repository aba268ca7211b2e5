function wordsOf(...lines: readonly string[]): ReadonlySet<string> {
  return new Set(lines.flatMap((line) => line.split(' ')));
}

const passwords = wordsOf('password passwords passwd pwd pass passphrase hash hashes salt secret secrets pin');
const factors = wordsOf(
  'mfa 2fa tfa otp totp hotp u2f fido fido2 webauthn passkey passkeys authenticator authenticators yubikey',
  'factor factors multifactor twofactor enrollment enrollments enrolment enrolments credential credentials',
  'recovery backup',
);
/** Said of an account that nobody may use, or of the day since when. */
const closed = wordsOf('blocked disabled banned suspended locked deactivated deleted archived closed terminated');
/** Said of one that is open. */
const open = wordsOf('active enabled');
const stems = /passw(?:or)?d|pwhash|passhash|mfa|totp|2fa|webauthn|passkey|twofactor|multifactor/;

const moments = wordsOf('at on date time when until since');
/** A day that only an account has which has the factor. */
const begun = wordsOf('enabled confirmed activated enrolled configured verified');
/** What tells of a guard without being one. */
const circumstances = wordsOf(
  'last count counter attempts',
  'updated changed set modified expires expiry hint policy reset',
);

function split(field: string): readonly string[] {
  return field
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
}

/**
 * Whether a field that nothing reads may hold what keeps others out of an account, by its name: the password, second
 * factors, and whether the account is open at all.
 */
export function looksLikeGuard(field: string): boolean {
  const words = split(field);
  const has = (set: ReadonlySet<string>) => words.some((word) => set.has(word));
  if (has(circumstances) || field === 'disableableCredentialTypes') return false;
  const isFactor = has(factors) || stems.test(words.join(''));
  if (has(moments)) return has(closed) || (isFactor && has(begun));
  return isFactor || has(passwords) || has(closed) || has(open) || words.includes('inactive');
}

/** Whether a field keeps others out where it is false. */
export function closesWhereFalse(field: string): boolean {
  return split(field).some((word) => open.has(word));
}
