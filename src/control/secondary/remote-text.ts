import type { TsigKey } from '../../tsig/tsig-key.ts';
import { nameText } from '../../wire/name.ts';
import { findKey } from '../config/build-keys.ts';
import type { Remote, SourceAddresses } from '../config/config.ts';

/** `192.0.2.1#53`, as BIND's log names servers. */
export function remoteText({ address, port }: { readonly address: string; readonly port: number }): string {
  return `${address}#${port}`;
}

/** `0.0.0.0#0`: from no address in particular, as BIND's log has it. */
export function sourceText({ address, source }: Remote): string {
  return `${source ?? (address.includes(':') ? '::' : '0.0.0.0')}#0`;
}

/** Spoken to from the address of its family. */
export function withSource(remote: Remote, { ipv4, ipv6 }: SourceAddresses): Remote {
  const source = remote.address.includes(':') ? ipv6 : ipv4;
  return source === undefined ? remote : { ...remote, source };
}

/** A key's name as logs have it. */
export function keyText({ name }: TsigKey): string {
  return nameText(name);
}

/** The remote's key; `undefined` where it has none, or where that is gone: then it is asked without, and will say so. */
export function keyOf({ key }: Remote, keys: readonly TsigKey[]): TsigKey | undefined {
  const number = key === undefined ? undefined : findKey(keys, key);
  return number === undefined ? undefined : keys[number];
}
