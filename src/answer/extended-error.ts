/** Extended DNS errors (RFC 8914) that go with a refusal: a code, and a sentence for the person with the packet dump. */
import { Ede } from '../wire/codes.ts';

export interface ExtendedError {
  /** INFO-CODE and EXTRA-TEXT (UTF-8, not ended by a zero), as they go into the option. */
  readonly rdata: Uint8Array;
}

export const notAuthoritativeError: ExtendedError = extendedError(Ede.notAuthoritative, 'no zone here holds this name');
export const zoneNotReadyError: ExtendedError = extendedError(Ede.notReady, 'the zone is configured but not loaded');
export const noTransferError: ExtendedError = extendedError(Ede.notSupported, 'zone transfer is not supported here');

function extendedError(code: number, text: string): ExtendedError {
  return { rdata: Uint8Array.of(code >>> 8, code & 255, ...new TextEncoder().encode(text)) };
}
