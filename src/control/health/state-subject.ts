import { isIPv6 } from 'node:net';
import { askAddress, askTarget, SteeringKey } from '../../plane/steering/steering-key.ts';
import { parseIpv4, parseIpv6 } from '../../rr/fields/address.ts';

/** What has a state in a steering table: an SRV record, or an address of a name. */
export interface StateSubject {
  /** The octets of its key in the table. */
  readonly key: Uint8Array;
  /** The same as text, one character each, by which maps find it. */
  readonly keyText: string;
}

const scratch = new SteeringKey();

/** Names are wire format. */
export function targetSubject(view: number, owner: Uint8Array, target: Uint8Array, port: number): StateSubject {
  askTarget(scratch, view, owner, 0, target, 0, port);
  return takeSubject();
}

/** `address`: 4 or 16 octets. */
export function addressSubject(view: number, name: Uint8Array, address: Uint8Array): StateSubject {
  askAddress(scratch, view, name, 0, address, 0, address.length);
  return takeSubject();
}

/** Fill `key` with the subject's. */
export function askSubject(key: SteeringKey, subject: StateSubject): void {
  key.octets.set(subject.key);
  key.length = subject.key.length;
}

/** As StateSubject.keyText. */
export function keyText(key: SteeringKey): string {
  return Buffer.from(key.octets.buffer, key.octets.byteOffset, key.length).toString('latin1');
}

function takeSubject(): StateSubject {
  return { key: scratch.octets.slice(0, scratch.length), keyText: keyText(scratch) };
}

/** The 4 or 16 octets of an address; `undefined`: the text is none. */
export function addressOctets(text: string): Uint8Array | undefined {
  const source = Buffer.from(text, 'latin1');
  const octets = new Uint8Array(isIPv6(text) ? 16 : 4);
  const isGood =
    octets.length === 16
      ? parseIpv6(source, 0, source.length, octets, 0)
      : parseIpv4(source, 0, source.length, octets, 0);
  return isGood ? octets : undefined;
}
