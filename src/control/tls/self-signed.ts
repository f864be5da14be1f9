/**
 * A certificate that nobody but ourselves vouches for (BIND's `tls ephemeral`): it serves clients that encrypt without asking who that
 * is. X.509 version 3 (RFC 5280 §4.1) with an ECDSA key, in DER as far as that takes.
 */
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { TlsCredentials } from '../../plane/messages.ts';
import { parseAddress } from '../../plane/sockets/socket-address.ts';

/** Tags of X.690. */
const Tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
  version: 0xa0,
  extensions: 0xa3,
  dnsName: 0x82,
  ipAddress: 0x87,
} as const;

const Oid = {
  ecdsaWithSha256: '2a8648ce3d040302',
  commonName: '550403',
  subjectAltName: '551d11',
  basicConstraints: '551d13',
} as const;

/** RFC 5280, ub-common-name. */
const maxCommonNameLength = 64;
const dayMs = 86_400_000;
const validDays = 3650;

/** Make one for a host of that name and these addresses. Valid since the day before, for clocks that are behind. */
export function makeSelfSigned(hostname: string, addresses: readonly string[], nowMs: number): TlsCredentials {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const name = sequence(
    der(Tag.set, sequence(oid(Oid.commonName), der(Tag.utf8String, ascii(hostname.slice(0, maxCommonNameLength))))),
  );
  const altNames = [
    der(Tag.dnsName, ascii(hostname)),
    ...addresses.map((address) => der(Tag.ipAddress, parseAddress(address) ?? [])),
  ];
  const toBeSigned = sequence(
    der(Tag.version, der(Tag.integer, [2])),
    der(Tag.integer, serialNumber()),
    sequence(oid(Oid.ecdsaWithSha256)),
    name,
    sequence(time(nowMs - dayMs), time(nowMs + validDays * dayMs)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(
      Tag.extensions,
      sequence(
        sequence(oid(Oid.subjectAltName), der(Tag.octetString, sequence(...altNames))),
        sequence(oid(Oid.basicConstraints), der(Tag.boolean, [0xff]), der(Tag.octetString, sequence())),
      ),
    ),
  );
  const certificate = sequence(
    toBeSigned,
    sequence(oid(Oid.ecdsaWithSha256)),
    der(Tag.bitString, [0], sign('sha256', toBeSigned, privateKey)),
  );
  const base64 = Buffer.from(certificate).toString('base64').replace(/.{64}/g, '$&\n');
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${base64.trimEnd()}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** RFC 5280 §4.1.2.2: positive, and without a leading zero octet. */
function serialNumber(): Uint8Array {
  const serial = randomBytes(16);
  serial[0] = 0x40 | ((serial[0] ?? 0) & 0x3f);
  return serial;
}

/** RFC 5280 §4.1.2.5: two digits of the year until 2049. */
function time(ms: number): Uint8Array {
  const text = `${new Date(ms).toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`;
  return text < '2050' ? der(Tag.utcTime, ascii(text.slice(2))) : der(Tag.generalizedTime, ascii(text));
}

function oid(hex: string): Uint8Array {
  return der(Tag.objectIdentifier, Buffer.from(hex, 'hex'));
}

function sequence(...parts: readonly ArrayLike<number>[]): Uint8Array {
  return der(Tag.sequence, ...parts);
}

/** Tag, length, and the parts (X.690 §8.1). */
function der(tag: number, ...parts: readonly ArrayLike<number>[]): Uint8Array {
  const content = Buffer.concat(parts.map((part) => Uint8Array.from(part)));
  const { length } = content;
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >>> 8, length & 0xff];
  return Buffer.concat([Uint8Array.of(tag, ...head), content]);
}

function ascii(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}
