/** The transports of SIP, and what each is called in URIs, NAPTR services, owners of SRV records and ports. */

export type Transport = 'udp' | 'tcp' | 'tls' | 'sctp' | 'tls-sctp' | 'ws' | 'wss';

export interface TransportRow {
  readonly transport: Transport;
  /** As people write it. */
  readonly title: string;
  /** RFC 3261 §19.1.2, RFC 4168 §3, RFC 7118 §10.1 (the ports of HTTP). */
  readonly defaultPort: number;
  readonly isSecure: boolean;
  /** RFC 3263 §4.1, RFC 4168 §5, RFC 7118 §10.3; compared without regard to case. */
  readonly naptrService: string;
  /** The labels before the domain, RFC 3263 §4.1 and §4.2. WebSocket has none: RFC 7118 registers NAPTR services alone. */
  readonly srvLabels: string | undefined;
}

export const transportRows: readonly TransportRow[] = [
  row('udp', 'UDP', 5060, false, 'SIP+D2U', '_sip._udp'),
  row('tcp', 'TCP', 5060, false, 'SIP+D2T', '_sip._tcp'),
  row('tls', 'TLS', 5061, true, 'SIPS+D2T', '_sips._tcp'),
  row('sctp', 'SCTP', 5060, false, 'SIP+D2S', '_sip._sctp'),
  row('tls-sctp', 'TLS-SCTP', 5061, true, 'SIPS+D2S', '_sips._sctp'),
  row('ws', 'WS', 80, false, 'SIP+D2W', undefined),
  row('wss', 'WSS', 443, true, 'SIPS+D2W', undefined),
];

export function getTransport(transport: Transport): TransportRow {
  return transportRows.find((candidate) => candidate.transport === transport) as TransportRow;
}

/** The transport that a NAPTR service names, if it is one of SIP's. */
export function findTransportByService(service: string): TransportRow | undefined {
  const wanted = service.toUpperCase();
  return transportRows.find(({ naptrService }) => naptrService === wanted);
}

function row(
  transport: Transport,
  title: string,
  defaultPort: number,
  isSecure: boolean,
  naptrService: string,
  srvLabels: string | undefined,
): TransportRow {
  return { transport, title, defaultPort, isSecure, naptrService, srvLabels };
}
