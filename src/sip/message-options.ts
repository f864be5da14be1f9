/**
 * A request that asks a SIP server whether it is there (RFC 3261 §11): OPTIONS outside of a dialog, addressed to the server itself.
 *
 *     OPTIONS sip:192.0.2.11:5060 SIP/2.0
 *     Via: SIP/2.0/UDP 192.0.2.53:40123;branch=z9hG4bK...;rport
 *     Max-Forwards: 0
 *     From: <sip:ringzone@192.0.2.53>;tag=...
 *     To: <sip:192.0.2.11:5060>
 *     Call-ID: ...
 *     CSeq: 1 OPTIONS
 *     Contact: <sip:ringzone@192.0.2.53:40123>
 *     Accept: application/sdp
 *     User-Agent: Ringzone
 *     Content-Length: 0
 */

export type SipTransport = 'udp' | 'tcp' | 'tls';

/** One end of the exchange. IPv6 addresses are without brackets here. */
export interface SipEnd {
  readonly address: string;
  readonly port: number;
}

/** By which a reply is known to be the one to this request (RFC 3261 §17.1.3, §8.1.3). */
export interface OptionsTransaction {
  /** Begins with `branchCookie`. */
  readonly branch: string;
  readonly callId: string;
  readonly cseq: number;
  readonly fromTag: string;
}

export interface OptionsRequest {
  readonly transaction: OptionsTransaction;
  readonly transport: SipTransport;
  /** Where it is sent. */
  readonly server: SipEnd;
  /** Where it comes from. */
  readonly client: SipEnd;
  /** 0 or 1: a proxy that is asked answers itself and asks nobody else (RFC 3261 §11, §16.3). */
  readonly maxForwards: number;
}

/** RFC 3261 §8.1.1.7: what a branch that is unique begins with. */
export const branchCookie = 'z9hG4bK';

export const optionsMethod = 'OPTIONS';

/** `token`: letters and digits that no other transaction of this client has, and that nobody can guess. */
export function makeTransaction(token: string): OptionsTransaction {
  return { branch: `${branchCookie}${token}`, callId: `${token}@ringzone`, cseq: 1, fromTag: token.slice(0, 16) };
}

/** The request's octets. RFC 3261 §8.1.1 has the header fields that each request must have. */
export function writeOptionsRequest({
  transaction,
  transport,
  server,
  client,
  maxForwards,
}: OptionsRequest): Uint8Array {
  const parameter = transport === 'udp' ? '' : `;transport=${transport}`;
  const serverUri = `sip:${formatEnd(server)}${parameter}`;
  return Buffer.from(
    [
      `${optionsMethod} ${serverUri} SIP/2.0`,
      // RFC 3581 §3: rport without a value asks for the reply to go where the request came from.
      `Via: SIP/2.0/${transport.toUpperCase()} ${formatEnd(client)};branch=${transaction.branch};rport`,
      `Max-Forwards: ${maxForwards}`,
      `From: <sip:ringzone@${bracket(client.address)}>;tag=${transaction.fromTag}`,
      `To: <${serverUri}>`,
      `Call-ID: ${transaction.callId}`,
      `CSeq: ${transaction.cseq} ${optionsMethod}`,
      `Contact: <sip:ringzone@${formatEnd(client)}${parameter}>`,
      // RFC 3261 §11.1: it says what the body of the reply may be.
      'Accept: application/sdp',
      'User-Agent: Ringzone',
      'Content-Length: 0',
      '',
      '',
    ].join('\r\n'),
    'latin1',
  );
}

function formatEnd({ address, port }: SipEnd): string {
  return `${bracket(address)}:${port}`;
}

function bracket(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
