import { z } from 'zod';

/** The members of bodies that several routes take; functions, as all of the contract's schemas are (see `Route`). */
export const email = () => z.string().min(3).max(254);

/** Bounded only against abuse: what a password must be is the policy's to say, and only where one is set. */
export const password = () => z.string().min(1).max(1024);

export const mailedToken = () => z.string().min(1).max(2048);

/** Of a session: a browser's is in its cookie. */
export const refreshToken = () => z.string().min(1).max(1024);

/** What tells that an account has been signed in on this device before. */
export const deviceToken = () => z.string().max(1024);

export const totpCode = () => z.string().regex(/^[0-9]{6}$/, 'Six digits');
