/** Extended DNS errors (RFC 8914) that go with a refusal: a code, and a sentence for the person with the packet dump. */
import { Ede } from '../wire/codes.ts';

export interface ExtendedError {
  /** INFO-CODE and EXTRA-TEXT (UTF-8, not ended by a zero), as they go into the option. */
  readonly rdata: Uint8Array;
}

export const notAuthoritativeError: ExtendedError = extendedError(Ede.notAuthoritative, 'no zone here holds this name');
export const zoneNotReadyError: ExtendedError = extendedError(Ede.notReady, 'the zone is configured but not loaded');
export const prohibitedError: ExtendedError = extendedError(Ede.prohibited, 'this client may not query the zone');
/** BIND's code. */
export const noViewError: ExtendedError = extendedError(Ede.prohibited, 'no view here is for this client');
export const transferProhibitedError: ExtendedError = extendedError(
  Ede.prohibited,
  'this client may not transfer the zone',
);
/** RFC 9103 §7.8. */
export const transferChannelError: ExtendedError = extendedError(
  Ede.notSupported,
  'transfers over TLS need TLS 1.3 and ALPN dot',
);

function extendedError(code: number, text: string): ExtendedError {
  return { rdata: Uint8Array.of(code >>> 8, code & 255, ...new TextEncoder().encode(text)) };
}
