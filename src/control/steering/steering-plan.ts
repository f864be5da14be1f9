/** All SRV records that are steered, for those who look after their targets. */
import type { SteeringPolicy } from '../../plane/steering/steering-policy.ts';
import type { ZoneId } from '../../transfer/journal/zone-id.ts';
import type { ZoneHealth } from './health-settings.ts';
import type { HostAddress, SrvRecord } from './steered-zone.ts';

/** One SRV record. Names are in wire format and lower case. */
export interface PlannedTarget extends SrvRecord {
  readonly zone: ZoneId;
  /** `rapidtech.phones`, in a view `rapidtech.phones/inside`. */
  readonly title: string;
  readonly owner: Uint8Array;
  readonly ttlSeconds: number;
  /** Of its entry in the steering table: health/state-subject.ts. */
  readonly keyText: string;
  /** By the labels of the owner. */
  readonly transport: SrvTransport | undefined;
  readonly policy: SteeringPolicy;
  /** `undefined`: it is not probed. */
  readonly health: ZoneHealth | undefined;
  /** The owner of its addresses, by which their states are told; `undefined`: it is in none of the served zones. */
  readonly addressOwner: Uint8Array | undefined;
  readonly addresses: readonly HostAddress[];
}

/** As in src/sip; those of other services (`_stun._udp`) by what carries them. */
export type SrvTransport = 'udp' | 'tcp' | 'tls' | 'sctp' | 'tls-sctp' | 'ws' | 'wss';

/** The service and the protocol that the first labels of the owner name, behind a wildcard too (RFC 2782). */
export function transportOf(owner: Uint8Array): SrvTransport | undefined {
  const labels = labelsOf(owner);
  const protocolAt = labels.findIndex((label) => label in transports);
  if (protocolAt < 0) return undefined;
  const { plain, secure } = transports[labels[protocolAt] as string] as TransportPair;
  const service = labels[protocolAt - 1];
  return secureServices.includes(service ?? '') ? secure : plain;
}

/** Whether its targets speak SIP. */
export function isSipOwner(owner: Uint8Array): boolean {
  const [first, second] = labelsOf(owner).filter((label) => label !== '*');
  return (first === '_sip' || first === '_sips') && second !== undefined && second in transports;
}

function labelsOf(name: Uint8Array): readonly string[] {
  const labels: string[] = [];
  for (let at = 0; at < name.length && name[at] !== 0; at += 1 + (name[at] as number))
    labels.push(Buffer.from(name.subarray(at + 1, at + 1 + (name[at] as number))).toString('latin1'));
  return labels;
}

interface TransportPair {
  readonly plain: SrvTransport;
  readonly secure: SrvTransport | undefined;
}

const transports: Readonly<Record<string, TransportPair>> = {
  _udp: { plain: 'udp', secure: undefined },
  _tcp: { plain: 'tcp', secure: 'tls' },
  _tls: { plain: 'tls', secure: 'tls' },
  _sctp: { plain: 'sctp', secure: 'tls-sctp' },
  _ws: { plain: 'ws', secure: 'wss' },
  _wss: { plain: 'wss', secure: 'wss' },
};
/** RFC 3263 §4.1, RFC 5928 §3, RFC 5389 §9. */
const secureServices: readonly string[] = ['_sips', '_turns', '_stuns'];
