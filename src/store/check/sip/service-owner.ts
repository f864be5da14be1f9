/** The service and transport that an SRV owner's first labels name. */
import { octetAt } from '../../../base/octets.ts';
import { type SrvServiceRow, srvServices } from './sip-services.ts';

/** The row of the lower-cased owner at `offset`, `undefined` where its first label is no service of telephony. Allocates nothing. */
export function findService(octets: Uint8Array, offset: number): SrvServiceRow | undefined {
  for (const row of srvServices) if (isLabel(octets, offset, row.label)) return row;
  return undefined;
}

/** One label of a lower-cased name as text. */
export function labelText(octets: Uint8Array, offset: number): string {
  return String.fromCharCode(...octets.subarray(offset + 1, offset + 1 + octetAt(octets, offset)));
}

/** The first two labels of a name in lower case, as `_sip._udp`; '' where it has fewer. */
export function firstLabels(octets: Uint8Array, offset: number): string {
  const secondAt = nextLabel(octets, offset);
  if (octetAt(octets, offset) === 0 || octetAt(octets, secondAt) === 0) return '';
  return `${labelText(octets, offset)}.${labelText(octets, secondAt)}`.toLowerCase();
}

export function nextLabel(octets: Uint8Array, offset: number): number {
  return offset + 1 + octetAt(octets, offset);
}

function isLabel(octets: Uint8Array, offset: number, label: string): boolean {
  if (octetAt(octets, offset) !== label.length) return false;
  for (let i = 0; i < label.length; i++) if (octetAt(octets, offset + 1 + i) !== label.charCodeAt(i)) return false;
  return true;
}
