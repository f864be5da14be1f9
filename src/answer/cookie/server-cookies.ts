/**
 * DNS cookies (RFC 7873) with the server's part of RFC 9018, so that servers of any make that share a secret take each other's.
 *
 *     COOKIE option: 10, 24 | client cookie (8) | version 1 (1) reserved 0 (3) | time made, seconds (4) | SipHash-2-4 (8)
 *
 * The hash is over all that is before it, and the client's address. Secrets take turns without a client noticing: the first makes
 * cookies, and those of the others are taken still, or already (RFC 9018 §5). Per message no object is made.
 */
import { copyOctets, octetAt, putU16, putU32, u32At } from '../../base/octets.ts';
import type { Client } from '../../plane/access/client.ts';
import { EdnsOption } from '../../wire/codes.ts';
import { optionHeaderOctets } from '../../wire/edns.ts';
import { SipHash } from './sip-hash.ts';

/** What a request's cookie is worth. */
export const CookieStatus = {
  /** There is none, or cookies are not looked at. */
  none: 0,
  /** A client's part alone. */
  clientOnly: 1,
  /** Behind the client's part something that is no cookie of RFC 9018: most likely another server's. */
  badSize: 2,
  /** Made too long ago, or later than now. */
  badTime: 3,
  /** Made with a secret that isn't ours, or for another client. */
  noMatch: 4,
  /** One of ours, for this client at this address: the address is the sender's own. */
  valid: 5,
} as const;
export type CookieStatus = (typeof CookieStatus)[keyof typeof CookieStatus];

const clientOctets = 8;
/** Both parts. */
const cookieOctets = 24;
/** What a response's COOKIE option takes. */
export const cookieOptionOctets = optionHeaderOctets + cookieOctets;
const versionAt = 8;
const timeAt = 12;
const hashAt = 16;
/** RFC 9018 §4.1 and §4.2: in ours three octets that are 0 follow. */
const version = 1;
const versionWord = 0x0100_0000;
/** RFC 9018 §4.3: what one server's clock may be before another's, how long a cookie serves, and when a new one is given. */
const maxFutureSeconds = 300;
const maxAgeSeconds = 3600;
const renewAfterSeconds = 1800;

export class ServerCookies {
  private readonly secrets: readonly SipHash[];
  /** Of the cookie last looked at. */
  private readonly cookie = new Uint8Array(cookieOctets);
  /** It serves for a while, and is given back. */
  private isFresh = false;
  private client: Client | undefined;
  private nowSeconds = 0;

  /** At least one secret, of 16 octets each. */
  constructor(secrets: readonly Uint8Array[]) {
    this.secrets = secrets.map((secret) => new SipHash(secret));
  }

  /** Look at the data of the COOKIE option at `message[at, at + octets)`, whose length a cookie may have. */
  check(message: Uint8Array, at: number, octets: number, client: Client, nowSeconds: number): CookieStatus {
    const { cookie, secrets } = this;
    this.isFresh = false;
    this.nowSeconds = nowSeconds;
    this.client = client;
    copyOctets(message, at, cookie, 0, Math.min(octets, cookieOctets));
    if (octets === clientOctets) return CookieStatus.clientOnly;
    if (octets !== cookieOctets) return CookieStatus.badSize;
    // As serial numbers (RFC 9018 §4.3): the 32 bits run out in 2106.
    const ageSeconds = (nowSeconds - u32At(cookie, timeAt)) | 0;
    if (ageSeconds > maxAgeSeconds || ageSeconds < -maxFutureSeconds) return CookieStatus.badTime;
    // RFC 9018 §4.2: what is reserved may be anything, and is part of the hash.
    if (octetAt(cookie, versionAt) !== version) return CookieStatus.noMatch;
    for (let i = 0; i < secrets.length; i++) {
      if (!this.isMadeWith(secrets[i] as SipHash)) continue;
      this.isFresh = i === 0 && u32At(cookie, versionAt) === versionWord && ageSeconds <= renewAfterSeconds;
      return CookieStatus.valid;
    }
    return CookieStatus.noMatch;
  }

  /** Write the COOKIE option that answers the cookie last looked at; returns its end. The client is still the same. */
  writeOption(out: Uint8Array, at: number): number {
    if (!this.isFresh) this.renew();
    putU16(out, at, EdnsOption.cookie);
    putU16(out, at + 2, cookieOctets);
    copyOctets(this.cookie, 0, out, at + optionHeaderOctets, cookieOctets);
    return at + cookieOptionOctets;
  }

  private renew(): void {
    const { cookie } = this;
    const secret = this.secrets[0] as SipHash;
    putU32(cookie, versionAt, versionWord);
    putU32(cookie, timeAt, this.nowSeconds);
    this.hashWith(secret);
    for (let i = 0; i < 4; i++) {
      cookie[hashAt + i] = secret.low >>> (8 * i);
      cookie[hashAt + 4 + i] = secret.high >>> (8 * i);
    }
    this.isFresh = true;
  }

  /** In the same time wherever they differ: the differences are gathered. */
  private isMadeWith(secret: SipHash): boolean {
    const { cookie } = this;
    this.hashWith(secret);
    let difference = 0;
    for (let i = 0; i < 4; i++) {
      difference |= octetAt(cookie, hashAt + i) ^ ((secret.low >>> (8 * i)) & 255);
      difference |= octetAt(cookie, hashAt + 4 + i) ^ ((secret.high >>> (8 * i)) & 255);
    }
    return difference === 0;
  }

  private hashWith(secret: SipHash): void {
    const client = this.client as Client;
    const addressOctets = client.family === 4 ? 4 : 16;
    copyOctets(this.cookie, 0, secret.octets, 0, hashAt);
    copyOctets(client.octets, client.offset, secret.octets, hashAt, addressOctets);
    secret.hash(hashAt + addressOctets);
  }
}
