/**
 * The words by which phones find servers: services of NAPTR records (IANA's registries of SIP, ENUM and S-NAPTR services) and the
 * labels of SRV owners.
 */

/** What a service needs of its NAPTR record. */
export interface NaptrServiceRow {
  /** As IANA writes it; compared without regard to case. */
  readonly service: string;
  /** The flags with which clients follow it, in lower case; '' for one that leads to more NAPTR records. */
  readonly flags: readonly string[];
  /** First labels of the SRV owner that it leads to, where that is agreed on. */
  readonly labels: string | undefined;
}

/** RFC 3263 §4.1 has the flag s; a leads to addresses by RFC 3403 §4.1, and clients follow it too. */
const sipFlags = ['s', 'a'] as const;

/** IANA's SIP table: RFC 3263 §4.1, RFC 4168 §5, RFC 7118 §10.3 (which agrees on no SRV owner for WebSocket). */
export const sipServices: readonly NaptrServiceRow[] = [
  { service: 'SIP+D2U', flags: sipFlags, labels: '_sip._udp' },
  { service: 'SIP+D2T', flags: sipFlags, labels: '_sip._tcp' },
  { service: 'SIPS+D2T', flags: sipFlags, labels: '_sips._tcp' },
  { service: 'SIP+D2S', flags: sipFlags, labels: '_sip._sctp' },
  { service: 'SIPS+D2S', flags: sipFlags, labels: '_sips._sctp' },
  { service: 'SIP+D2W', flags: sipFlags, labels: undefined },
  { service: 'SIPS+D2W', flags: sipFlags, labels: undefined },
];

/** RFC 3958 §2.2: no regexp; and with the u of RFC 4848. */
const straightFlags = ['', 's', 'a'] as const;
const uriFlags = ['', 's', 'a', 'u'] as const;

/**
 * S-NAPTR and U-NAPTR services of telephony: TURN (RFC 5928, RFC 7350), configuration (RFC 6011), emergency calls
 * (RFC 5222, RFC 8917, RFC 5986). The service of a record is one tag with its protocols: `RELAY:turn.udp:turn.tcp`.
 */
export const straightServices: readonly NaptrServiceRow[] = [
  { service: 'RELAY:turn.udp', flags: straightFlags, labels: '_turn._udp' },
  { service: 'RELAY:turn.tcp', flags: straightFlags, labels: '_turn._tcp' },
  { service: 'RELAY:turn.tls', flags: straightFlags, labels: '_turns._tcp' },
  { service: 'RELAY:turn.dtls', flags: straightFlags, labels: '_turns._udp' },
  { service: 'SFUA.CFG', flags: uriFlags, labels: undefined },
  { service: 'LoST:http', flags: uriFlags, labels: undefined },
  { service: 'LoST:https', flags: uriFlags, labels: undefined },
  { service: 'LoST-Validation:http', flags: uriFlags, labels: undefined },
  { service: 'LoST-Validation:https', flags: uriFlags, labels: undefined },
  { service: 'LIS:HELD', flags: uriFlags, labels: undefined },
];

/** RFC 6116: `E2U` and one or more of these. */
export const enumFlags = ['', 'u'] as const;

/** Types of IANA's registry of enumservices (RFC 6117), in lower case; a subtype may follow behind a colon. */
export const enumTypes: readonly string[] = [
  ...[
    'acct',
    'email',
    'ems',
    'fax',
    'ft',
    'h323',
    'iax',
    'ical-access',
    'ical-sched',
    'ifax',
    'im',
    'mms',
    'pres',
    'pstn',
  ],
  ...['sip', 'sms', 'src', 'unifmsg', 'vcard', 'videomsg', 'voice', 'voicemsg', 'void', 'vpim', 'web', 'xmpp'],
];

/** A first label of SRV owners. */
export interface SrvServiceRow {
  readonly label: string;
  readonly defaultPort: number;
  /** The default port of its twin with, or without, TLS. */
  readonly otherPort: number;
  readonly isSecure: boolean;
  /** Whether calls go to its servers. */
  readonly isSip: boolean;
}

/** RFC 3261 §19.1.2, RFC 8489 §18, RFC 8656 §17. */
export const srvServices: readonly SrvServiceRow[] = [
  { label: '_sip', defaultPort: 5060, otherPort: 5061, isSecure: false, isSip: true },
  { label: '_sips', defaultPort: 5061, otherPort: 5060, isSecure: true, isSip: true },
  { label: '_stun', defaultPort: 3478, otherPort: 5349, isSecure: false, isSip: false },
  { label: '_stuns', defaultPort: 5349, otherPort: 3478, isSecure: true, isSip: false },
  { label: '_turn', defaultPort: 3478, otherPort: 5349, isSecure: false, isSip: false },
  { label: '_turns', defaultPort: 5349, otherPort: 3478, isSecure: true, isSip: false },
];

/** Second labels for which the ports above are meant; `_tls`, `_ws` and others are each one's own convention. */
export const plainTransports: readonly string[] = ['_udp', '_tcp', '_sctp'];
