/** The least that a minimum length may be set to (NIST SP 800-63B-4 §3.1.1.2), in code points. */
export const lowestPasswordMinimum = 8;

/** The filter of common passwords, a file beside the bundle of each Lambda that sets passwords. */
export const commonPasswordsFile = 'common-passwords.bloom';
