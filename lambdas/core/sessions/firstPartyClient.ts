/** The first-party client: the issuer's own sign-in API. */
export const firstPartyClientId = 'gatehouse';
export const firstPartyScope = 'account';
