import 'reflect-metadata';
import type { webcrypto } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';

export interface TlsFiles {
  readonly caFile: string;
  readonly certificateFile: string;
  readonly keyFile: string;
}

interface Issued {
  readonly certificate: x509.X509Certificate;
  readonly privateKey: webcrypto.CryptoKey;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const dayMs = 86_400_000;
const renewBeforeMs = 30 * dayMs;

export function tlsFiles(folder: string): TlsFiles {
  return {
    caFile: join(folder, 'ca.pem'),
    certificateFile: join(folder, 'localhost.pem'),
    keyFile: join(folder, 'localhost.key'),
  };
}

/**
 * A certificate for `localhost` from a local authority, made on the first call and again when it nears its end. The
 * authority stays the same for as long as it is valid, so that it has to be trusted once; it can vouch for
 * `localhost` and the loopback addresses only (RFC 5280 §4.2.1.10), so its key is worth little to a thief.
 */
export async function ensureCertificates(folder: string, now: Date = new Date()): Promise<TlsFiles> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const files = tlsFiles(folder);
  const authorityKeyFile = join(folder, 'ca.key');
  if (isFresh(files.caFile, now) && isFresh(files.certificateFile, now) && existsSync(files.keyFile)) return files;
  const authority = (await loadAuthority(files.caFile, authorityKeyFile, now)) ?? (await makeAuthority(now));
  const leaf = await makeLeaf(authority, now);
  await write(authority, files.caFile, authorityKeyFile);
  await write(leaf, files.certificateFile, files.keyFile);
  return files;
}

function isFresh(file: string, now: Date): boolean {
  try {
    const { notAfter } = new x509.X509Certificate(readFileSync(file, 'utf8'));
    return notAfter.getTime() - now.getTime() > renewBeforeMs;
  } catch {
    return false;
  }
}

async function loadAuthority(caFile: string, keyFile: string, now: Date): Promise<Issued | undefined> {
  if (!isFresh(caFile, now)) return undefined;
  try {
    const der = x509.PemConverter.decodeFirst(readFileSync(keyFile, 'utf8'));
    const privateKey = await crypto.subtle.importKey('pkcs8', der, algorithm, true, ['sign']);
    return { certificate: new x509.X509Certificate(readFileSync(caFile, 'utf8')), privateKey };
  } catch {
    return undefined;
  }
}

async function makeAuthority(now: Date): Promise<Issued> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=Gatehouse local authority',
    notBefore: new Date(now.getTime() - dayMs),
    notAfter: new Date(now.getTime() + 10 * 365 * dayMs),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      new x509.Extension('2.5.29.30', true, loopbackOnly()),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate, privateKey: keys.privateKey };
}

/**
 * NameConstraints ::= permittedSubtrees [0] { dNSName [2] "localhost", iPAddress [7] 127.0.0.0/8, ::1/128 }, in DER.
 */
function loopbackOnly(): ArrayBuffer {
  const dns = Buffer.from('localhost');
  const v4 = Buffer.from([127, 0, 0, 0, 255, 0, 0, 0]);
  const v6 = Buffer.concat([Buffer.alloc(15), Buffer.from([1]), Buffer.alloc(16, 255)]);
  const subtree = (tag: number, value: Buffer) => tlv(0x30, tlv(tag, value));
  const permitted = tlv(0xa0, Buffer.concat([subtree(0x82, dns), subtree(0x87, v4), subtree(0x87, v6)]));
  return new Uint8Array(tlv(0x30, permitted)).buffer;
}

/** One DER element; the contents here are all shorter than 128 bytes. */
function tlv(tag: number, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([tag, value.length]), value]);
}

async function makeLeaf(authority: Issued, now: Date): Promise<Issued> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: 'CN=localhost',
    issuer: authority.certificate.subject,
    notBefore: new Date(now.getTime() - dayMs),
    notAfter: new Date(now.getTime() + 365 * dayMs),
    signingKey: authority.privateKey,
    publicKey: keys.publicKey,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        { type: 'dns', value: 'localhost' },
        { type: 'ip', value: '127.0.0.1' },
      ]),
      await x509.AuthorityKeyIdentifierExtension.create(authority.certificate),
    ],
  });
  return { certificate, privateKey: keys.privateKey };
}

async function write({ certificate, privateKey }: Issued, certificateFile: string, keyFile: string): Promise<void> {
  const der = await crypto.subtle.exportKey('pkcs8', privateKey);
  writeFileSync(keyFile, x509.PemConverter.encode(der, 'PRIVATE KEY'), { mode: 0o600 });
  writeFileSync(certificateFile, certificate.toString('pem'));
}
