import { copyOctets, lowerCase, octetAt } from '../../base/octets.ts';

/** What an entry of a steering table is about. */
export const SteeringKind = {
  /** How the SRV of a zone (by its apex) or of one owner are ordered. */
  policy: 1,
  /** One SRV record: owner, target, port. */
  target: 2,
  /** A name of which single addresses may be down. */
  host: 3,
  /** One address of such a name. */
  address: 4,
} as const;
export type SteeringKind = (typeof SteeringKind)[keyof typeof SteeringKind];

/** Two names and a few octets. */
const maxKeyOctets = 544;

/** The octets by which an entry is found; one object is filled again for each look-up, and nothing is allocated. */
export class SteeringKey {
  readonly octets = new Uint8Array(maxKeyOctets);
  length = 0;

  begin(kind: SteeringKind, view: number): void {
    this.octets[0] = kind;
    this.octets[1] = view >>> 8;
    this.octets[2] = view;
    this.length = 3;
  }

  /** A valid uncompressed name in wire format; its case is no matter. */
  addName(source: Uint8Array, offset: number): void {
    const { octets } = this;
    let at = offset;
    for (;;) {
      const labelOctets = octetAt(source, at);
      octets[this.length++] = labelOctets;
      if (labelOctets === 0) return;
      for (let i = 1; i <= labelOctets; i++) octets[this.length++] = octetAt(lowerCase, octetAt(source, at + i));
      at += 1 + labelOctets;
    }
  }

  addU16(value: number): void {
    this.octets[this.length++] = value >>> 8;
    this.octets[this.length++] = value;
  }

  addOctets(source: Uint8Array, offset: number, length: number): void {
    copyOctets(source, offset, this.octets, this.length, length);
    this.length += length;
  }

  hash(): number {
    const { octets, length } = this;
    let hash = 0x811c_9dc5;
    for (let i = 0; i < length; i++) hash = Math.imul(hash ^ octetAt(octets, i), 0x0100_0193);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b_3c6d);
    return hash ^ (hash >>> 13);
  }
}

/** Look for the policy of `name`, an apex or an owner. */
export function askPolicy(key: SteeringKey, view: number, name: Uint8Array, offset = 0): void {
  key.begin(SteeringKind.policy, view);
  key.addName(name, offset);
}

/** Look for the state of one SRV record. */
export function askTarget(
  key: SteeringKey,
  view: number,
  owner: Uint8Array,
  ownerOffset: number,
  target: Uint8Array,
  targetOffset: number,
  port: number,
): void {
  key.begin(SteeringKind.target, view);
  key.addName(owner, ownerOffset);
  key.addName(target, targetOffset);
  key.addU16(port);
}

/** Whether single addresses of `name` may be down. */
export function askHost(key: SteeringKey, view: number, name: Uint8Array, offset = 0): void {
  key.begin(SteeringKind.host, view);
  key.addName(name, offset);
}

/** Look for the state of one address, of 4 or 16 octets, of `name`. */
export function askAddress(
  key: SteeringKey,
  view: number,
  name: Uint8Array,
  nameOffset: number,
  address: Uint8Array,
  addressOffset: number,
  addressOctets: number,
): void {
  key.begin(SteeringKind.address, view);
  key.addName(name, nameOffset);
  key.addOctets(address, addressOffset, addressOctets);
}
