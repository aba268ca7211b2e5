/** The roles a deployment begins with (DESIGN §5). */
export const roles = ['admin', 'auditor', 'member'] as const;
export type Role = (typeof roles)[number];

/** The first-party client: the issuer's own sign-in API. */
export const firstPartyClientId = 'gatehouse';
export const firstPartyScope = 'account';
