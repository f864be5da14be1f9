/** Why a handshake failed, in a few words; `undefined` for a client that has just gone. */
export function describeTlsError(error: unknown): string | undefined {
  const { code, reason, message } = error as NodeJS.ErrnoException & { readonly reason?: string };
  switch (code) {
    case 'ECONNRESET':
    case 'EPIPE':
      return undefined;
    case 'ERR_SSL_NO_APPLICATION_PROTOCOL':
      return 'the client offers ALPN protocols without "dot"';
    case 'ERR_SSL_UNSUPPORTED_PROTOCOL':
    case 'ERR_SSL_VERSION_TOO_LOW':
      return 'the client knows no TLS 1.2 or 1.3';
    case 'ERR_SSL_NO_SHARED_CIPHER':
      return 'no cipher in common';
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_HTTP_REQUEST':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return 'the client does not speak TLS';
    default:
      return reason ?? message ?? String(error);
  }
}
