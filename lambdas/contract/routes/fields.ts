import * as z from 'zod/mini';
import { typedCode } from '../typedCode.ts';

/** The members of bodies that several routes take; functions, as all of the contract's schemas are (see `Route`). */
export const email = () => z.string().check(z.minLength(3), z.maxLength(254));

/** Bounded against abuse alone. The policy says what a password must be, where one is set. */
export const password = () => z.string().check(z.minLength(1), z.maxLength(1024));

export const mailedToken = () => z.string().check(z.minLength(1), z.maxLength(2048));

/** The refresh token of a client that is no browser; a browser's comes in a cookie. */
export const refreshToken = () => z.string().check(z.minLength(1), z.maxLength(1024));

export const longestDeviceToken = 1024;

/** The token that tells that an account was signed in on this device before. */
export const deviceToken = () => z.string().check(z.maxLength(longestDeviceToken));

/** What a mailed link takes from whoever chooses a password, on a device that stays known. */
export const newPasswordByLink = () =>
  z.strictObject({ token: mailedToken(), new_password: password(), device_token: z.optional(deviceToken()) });

/** As an authenticator app shows it, or as somebody groups it. */
export const totpCode = () =>
  z.string().check(z.maxLength(64), z.overwrite(typedCode), z.regex(/^[0-9]{6}$/, 'Six digits'));
