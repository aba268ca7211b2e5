/**
 * What a text that is read nowhere here looks like. A name is never taken from the text itself, which may be anybody's
 * password.
 */
const schemes: readonly (readonly [RegExp, string])[] = [
  [/^\{noop\}/i, 'a password in plain text ({noop})'],
  [/^\$1\$/, 'MD5-crypt ($1$)'],
  [/^\$apr1\$/, 'Apache MD5-crypt ($apr1$)'],
  [/^(?:\{CRYPT\})?\$5\$/i, 'SHA-256-crypt ($5$)'],
  [/^(?:\{CRYPT\})?\$6\$/i, 'SHA-512-crypt ($6$)'],
  [/^\$g?y\$/, 'yescrypt ($y$)'],
  [/^\$7\$/, 'scrypt of crypt(3) ($7$)'],
  [/^\$[PH]\$/, 'phpass ($P$, $H$)'],
  [/^\$S\$/, 'the hash of Drupal 7 ($S$)'],
  [/^\$wp\$/, "WordPress's bcrypt ($wp$)"],
  [/^\$2x\$/, 'crypt_blowfish with a fault ($2x$)'],
  [/^\$bcrypt-sha256\$/, "passlib's bcrypt-sha256"],
  [/^\{SSHA-?(?:224|384)\}|^\{SHA-?(?:224|384)\}/i, 'SHA-224 or SHA-384'],
  [/^\{sha256\}/, "Spring's StandardPasswordEncoder ({sha256})"],
  [/^\{MD4\}/i, 'MD4'],
  [/^\{CRYPT\}/i, 'crypt(3) ({CRYPT})'],
  [/^(?:sha(?:224|256|384|512)|md4|ripemd160)\$/i, 'one round of a digest, with salt'],
  [/^pbkdf2_\w+\$|^pbkdf2:|^[${]pbkdf2/i, 'PBKDF2 in a form, or with a digest, other than those'],
  [/^argon2|^\$argon2|^\{argon2/i, 'Argon2 in another form'],
  [/^bcrypt|^\$2[aby]\$|^\{bcrypt\}/i, 'bcrypt in another form'],
  [/^[${]?e?s?crypt[$:}]/i, 'scrypt in another form'],
  [/^\*[0-9A-F]{40}$/i, "MySQL's PASSWORD()"],
  [/^0x0[12]00[0-9a-f]+$/i, "SQL Server's PWDENCRYPT"],
  [/^AQAAAA[A-Za-z0-9+/]+=*$/, 'ASP.NET Core Identity'],
  [/^[0-9a-f]{32}$/i, 'a digest of 32 hexadecimal digits (if it is MD5 without salt, write {MD5} before it)'],
  [/^[0-9a-f]{40}$/i, 'a digest of 40 hexadecimal digits (if it is SHA-1 without salt, write {SHA} before it)'],
  [/^[0-9a-f]{64}$/i, 'a digest of 64 hexadecimal digits (if it is SHA-256 without salt, write {SHA256} before it)'],
  [/^[0-9a-f]{128}$/i, 'a digest of 128 hexadecimal digits (if it is SHA-512 without salt, write {SHA512} before it)'],
];

/** Says what a hash is that is not read, or undefined when it resembles nothing that is known. */
export function unknownScheme(text: string): string | undefined {
  return schemes.find(([pattern]) => pattern.test(text))?.[1];
}
