import { z } from 'zod';
import { typedCode } from '../typedCode.ts';

/** The members of bodies that several routes take; functions, as all of the contract's schemas are (see `Route`). */
export const email = () => z.string().min(3).max(254);

/** Bounded against abuse alone. The policy says what a password must be, where one is set. */
export const password = () => z.string().min(1).max(1024);

export const mailedToken = () => z.string().min(1).max(2048);

/** The refresh token of a client that is no browser; a browser's comes in a cookie. */
export const refreshToken = () => z.string().min(1).max(1024);

/** The token that tells that an account was signed in on this device before. */
export const deviceToken = () => z.string().max(1024);

/** What a mailed link takes from whoever chooses a password, on a device that stays known. */
export const newPasswordByLink = () =>
  z.strictObject({ token: mailedToken(), new_password: password(), device_token: deviceToken().optional() });

/** As an authenticator app shows it, or as somebody groups it. */
export const totpCode = () =>
  z
    .string()
    .max(64)
    .overwrite(typedCode)
    .regex(/^[0-9]{6}$/, 'Six digits');
