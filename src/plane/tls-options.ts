import { constants } from 'node:crypto';
import type { SecureContextOptions } from 'node:tls';
import type { TlsCredentials } from './messages.ts';

/** RFC 9325 §4.2: forward secrecy and authenticated encryption only. */
const ciphers = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':');

/**
 * How we serve TLS. Sessions are resumed by tickets; there is no early data, which could be played again (RFC 8446 §8): Node
 * offers none.
 */
export function tlsOptions({ certificate, key }: TlsCredentials): SecureContextOptions {
  return {
    cert: certificate,
    key,
    // RFC 8310 §9: 1.2 or later; transfers want 1.3, which the connection looks at.
    minVersion: 'TLSv1.2',
    ciphers,
    // A client of 1.2 that asks for handshake after handshake costs it little and us much.
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION | constants.SSL_OP_NO_COMPRESSION,
  };
}
