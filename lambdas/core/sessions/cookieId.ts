import type { Session } from './session.ts';

/**
 * How many sign-ins of one browser are looked at. A sign-in ends those before it, so there are several only where tabs
 * have raced.
 */
export const mostSignIns = 4;

/**
 * Ends the names of a sign-in's cookies, so that no answer of another sign-in overwrites or clears them. It begins with
 * the second of the sign-in: of several, the newest is known by name, without a read.
 */
export function cookieIdOf({ createdAt, sid }: Pick<Session, 'createdAt' | 'sid'>): string {
  return String(createdAt).padStart(10, '0') + sid.slice(0, 6);
}

/** Whether cookies of this id may be of the session. */
export function fitsCookieId(id: string, sid: string): boolean {
  return id.slice(10) === sid.slice(0, 6);
}

export function isCookieId(text: string): boolean {
  return /^[0-9]{10}[A-Za-z0-9_-]{6}$/.test(text);
}
