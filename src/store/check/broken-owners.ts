/**
 * Owners whose records could not all be read. What they lack may stand in a line with an error, so the checks don't
 * complain of it a second time.
 */
import { LookupName } from '../index/lookup-name.ts';

export class BrokenOwners {
  /** Records of any owner may be missing: a file could not be included, a quote was left open. */
  mayBeAnyone = false;
  private readonly types = new Map<string, Set<number>>();
  private readonly name = new LookupName();

  /** Note a record of the owner at `octets[offset]` that could not be read; `type` is 0 where it could not be told. */
  add(octets: Uint8Array, offset: number, type: number): void {
    const key = this.key(octets, offset);
    const types = this.types.get(key);
    if (types === undefined) this.types.set(key, new Set([type]));
    else types.add(type);
  }

  /** Whether a record of one of these types may have been lost at the name. */
  mayHave(octets: Uint8Array, offset: number, ...types: readonly number[]): boolean {
    if (this.mayBeAnyone) return true;
    if (this.types.size === 0) return false;
    const broken = this.types.get(this.key(octets, offset));
    return broken !== undefined && (broken.has(0) || types.some((type) => broken.has(type)));
  }

  private key(octets: Uint8Array, offset: number): string {
    const { name } = this;
    name.assign(octets, offset);
    return String.fromCharCode(...name.octets.subarray(0, name.length));
  }
}
