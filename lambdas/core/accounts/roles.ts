/** The roles a deployment begins with. */
export const roles = ['admin', 'auditor', 'member'] as const;
export type Role = (typeof roles)[number];

/** The first-party client: the issuer's own sign-in API. */
export const firstPartyClientId = 'gatehouse';
export const firstPartyScope = 'account';
