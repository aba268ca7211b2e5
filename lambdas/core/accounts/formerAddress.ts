/** For how long an address that was given up can take its account back, and stays reserved for it. */
export const formerAddressTtlSeconds = 7 * 86_400;

/** An address that an account has given up. */
export interface FormerAddress {
  /** Normalised. */
  readonly email: string;
  /** Of the link that takes the account back, SHA-256 in base64url; undefined once the link is void. */
  readonly tokenHash: string | undefined;
  /**
   * The account's `credentialsChangedAt` when the change was asked for, which is what it still was when the change was
   * made: whatever has a later one came since, whichever clocks wrote it.
   */
  readonly credentialsChangedAt: number;
  /** Epoch seconds: of the link, and of the reservation. */
  readonly expiresAt: number;
  /** What only a later release knows of it: it is written back as it was. */
  readonly later?: Readonly<Record<string, unknown>>;
}

/** Those that have not expired, in their order: the oldest change first. */
export function keptAddresses(addresses: readonly FormerAddress[], now: number): readonly FormerAddress[] {
  return addresses.filter(({ expiresAt }) => expiresAt > now);
}

/** The address whose link this is, if the link is good. */
export function addressOfLink(
  addresses: readonly FormerAddress[],
  link: { readonly email: string; readonly tokenHash: string; readonly now: number },
): FormerAddress | undefined {
  return keptAddresses(addresses, link.now).find(
    ({ email, tokenHash }) => email === link.email && tokenHash === link.tokenHash,
  );
}

/**
 * What is left once a change was undone. Links of later changes are void, and their addresses stay reserved; links of
 * earlier ones are as good as before.
 */
export function afterUndo(addresses: readonly FormerAddress[], undone: FormerAddress): readonly FormerAddress[] {
  const from = addresses.indexOf(undone);
  return addresses.flatMap((address, index) => {
    if (index < from) return [address];
    return address.email === undone.email ? [] : [{ ...address, tokenHash: undefined }];
  });
}
