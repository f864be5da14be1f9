/** What request parser, response writer and logs share of EDNS (RFC 6891). The option codes are in codes.ts. */

/** The only version there is (RFC 6891 §6.1.3). */
export const ednsVersion = 0;
/** The OPT record without options: root owner, TYPE, CLASS, TTL, RDLENGTH (RFC 6891 §6.1.2). */
export const optFixedOctets = 11;
/** Code and length in front of each option's data. */
export const optionHeaderOctets = 4;
/** DO, in the lower half of the OPT's TTL field (RFC 3225 §3). */
export const ednsFlagDo = 0x8000;
/** What a sender without EDNS takes, and the least that a size in an OPT means (RFC 6891 §6.2.3). */
export const minUdpPayloadOctets = 512;

/** RFC 7873 §4: a client cookie alone, or with a server cookie of 8 to 32 octets behind it. */
export function isCookieLength(octets: number): boolean {
  return octets === 8 || (octets >= 16 && octets <= 40);
}

/** Family and prefix lengths in front of the address (RFC 7871 §6). */
export const clientSubnetFixedOctets = 4;
