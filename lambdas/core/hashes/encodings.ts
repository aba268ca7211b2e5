/** The bytes of hexadecimal digits, or undefined for any other text: `Buffer.from` would stop where they end. */
export function fromHex(text: string): Buffer | undefined {
  return /^(?:[0-9a-f]{2})+$/i.test(text) ? Buffer.from(text, 'hex') : undefined;
}

/**
 * The bytes of base64 in either alphabet, padded in full or not at all, or undefined for any other text: `Buffer.from`
 * would leave out what does not belong.
 */
export function fromBase64(text: string): Buffer | undefined {
  const [, digits = '', padding = ''] = /^([A-Za-z0-9+/_-]*)(={0,2})$/.exec(text) ?? [];
  const whole = digits.length % 4 !== 1 && (padding === '' || text.length % 4 === 0);
  return whole && digits !== '' ? Buffer.from(digits, 'base64') : undefined;
}

/** Base64 as PHC strings have it. */
export function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
