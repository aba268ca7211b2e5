import { domainToASCII } from 'node:url';

/** RFC 5321 §4.5.3.1, in octets. */
const maxAddressOctets = 254;
const maxLocalPartOctets = 64;

/**
 * RFC 5321 §4.1.2 Dot-string over RFC 5322 atext, widened to non-ASCII letters as in RFC 6531 §3.3. Quoted local parts
 * are refused.
 */
const localPart =
  /^[a-z0-9!#$%&'*+/=?^_`{|}~\u{80}-\u{10ffff}-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~\u{80}-\u{10ffff}-]+)*$/u;
/** Controls, format characters, lone surrogates, spaces and all other invisible characters. */
const invisible = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/u;
/** `domainToASCII` parses as a URL does: it would decode `%41` and cut at `/`, `?`, `#`, `\` and `:`. */
const urlSyntax = /[%/?#\\:@[\]]/;
const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
/** At least two labels, the last of which is not a number: no host of a local network and no IP address. */
const domainName = new RegExp(`^(?:${label}\\.)+(?!\\d+$)${label}$`);

/**
 * The one form of an address under which an account is unique, or undefined when the text is no address.
 *
 * The rule: NFKC, then all of it in lower case; the domain to ASCII (UTS #46) without a trailing dot. So full-width,
 * ligature and capital forms are one address. `a+b@` and `a@`, `a.b@` and `ab@`, and letters of different scripts that
 * look alike, are different addresses.
 *
 * Mail goes to this form and never to the text as typed: so whoever reads the mail owns the address that names the
 * account.
 */
export function normalizeEmailAddress(text: string): string | undefined {
  if (text.length > maxAddressOctets || !text.isWellFormed()) return undefined;
  const folded = foldCase(text);
  if (invisible.test(folded)) return undefined;
  const [local, domain, ...rest] = folded.split('@');
  if (local === undefined || domain === undefined || rest.length > 0) return undefined;
  if (!localPart.test(local) || Buffer.byteLength(local) > maxLocalPartOctets) return undefined;
  const ascii = asciiDomain(domain);
  if (ascii === undefined) return undefined;
  const address = `${local}@${ascii}`;
  return Buffer.byteLength(address) <= maxAddressOctets ? address : undefined;
}

/**
 * The same for an address that an account is about to get: undefined also for one that SES does not send to. It takes
 * no characters beyond ASCII in the local part (no SMTPUTF8, RFC 6531). Accounts from before may have one.
 */
export function mailableAddress(text: string): string | undefined {
  const address = normalizeEmailAddress(text);
  return address !== undefined && /^[\x21-\x7e]+$/.test(localPartOf(address)) ? address : undefined;
}

/** The part before the `@` of a normalised address. */
export function localPartOf(normalizedEmail: string): string {
  return normalizedEmail.slice(0, normalizedEmail.lastIndexOf('@'));
}

/** Lower-casing can undo NFKC: a second pass makes the result a fixed point. */
function foldCase(text: string): string {
  return text.normalize('NFKC').toLowerCase().normalize('NFKC').toLowerCase().normalize('NFKC');
}

function asciiDomain(domain: string): string | undefined {
  if (urlSyntax.test(domain)) return undefined;
  const ascii = domainToASCII(domain).replace(/\.$/, '');
  return ascii.length <= 253 && domainName.test(ascii) ? ascii : undefined;
}
