/**
 * What is to be watched: made by the part that knows zones and configuration, read by the health thread. Plain data, for a message
 * between threads.
 */
import type { SipTransport } from '../../sip/message-options.ts';
import type { HealthPeer } from '../agreement/peer.ts';

/** `none`: nothing is sent, the target counts as up; an operator can drain it all the same. */
export type ProbeKind = 'sip-options' | 'tcp-connect' | 'none';

/** Status codes, both ends included. */
export interface CodeRange {
  readonly from: number;
  readonly to: number;
}

/** How a target is asked, in the words of the configuration's `health`. */
export interface HealthSettings {
  readonly probe: ProbeKind;
  /** From the start of one probe to the start of the next, without the jitter. */
  readonly intervalMs: number;
  /** Less than `intervalMs`. */
  readonly timeoutMs: number;
  /** So many failures in a row make a target inactive. */
  readonly fall: number;
  /** So many successes in a row make it active again. */
  readonly rise: number;
  /** 0 or 1: a proxy answers the question itself. */
  readonly maxForwards: number;
  /** Final replies that say: no new calls, please. */
  readonly drainCodes: readonly CodeRange[];
  /** Final replies that are as bad as none; 408 always is. All others show that somebody is there. */
  readonly failCodes: readonly CodeRange[];
  /** Whether a certificate that can't be verified for the target's name is a failure. */
  readonly tlsVerify: boolean;
  /** So many servers, with this one, must see a target down to take it out; 1: this one decides alone. */
  readonly agree: number;
}

export const defaultHealthSettings: HealthSettings = {
  probe: 'sip-options',
  intervalMs: 5000,
  timeoutMs: 2000,
  fall: 3,
  rise: 2,
  maxForwards: 0,
  drainCodes: [{ from: 503, to: 503 }],
  failCodes: [],
  tlsVerify: false,
  agree: 1,
};

/** Where to send probes, instead of to the target's own addresses. */
export interface ProbePlace {
  readonly address: string;
  /** The record's port where it is missing. */
  readonly port?: number | undefined;
}

/** One SRV record. Names are wire format, uncompressed; their case is no matter. */
export interface HealthTarget {
  readonly view: number;
  /** For logs and tables: `example.com`, or with a view `example.com/inside`. */
  readonly zone: string;
  readonly owner: Uint8Array;
  readonly target: Uint8Array;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
  /** Of the SRV set as the zone has it. */
  readonly ttlSeconds: number;
  /** What the probe goes over: by the owner's labels, or as `health` says. */
  readonly transport: SipTransport;
  /** A and AAAA of the target in the zones that are served in this view; `undefined`: to be looked up. */
  readonly addresses: readonly string[] | undefined;
  /** With this no single address is judged, only the target. */
  readonly probeAt?: readonly ProbePlace[] | undefined;
  /** Its state is written into what secondaries get; missing: it is not. */
  readonly isPublished?: boolean;
  readonly settings: HealthSettings;
}

/** Who is told of changes, besides the log. */
export interface HealthHook {
  /** Program and arguments; the change is in its environment. */
  readonly command?: readonly string[] | undefined;
  /** Gets a POST with the change as JSON. */
  readonly url?: string | undefined;
}

/** What a zone's followers do with a drain. */
export interface HealthZone {
  /** As HealthTarget.zone. */
  readonly zone: string;
  /** Whether changes go into the zone itself, for all secondaries. */
  readonly publish: boolean;
  /** Servers that have a copy of the zone and go on naming whoever is drained here: `192.0.2.53#53`. */
  readonly secondaries: readonly string[];
}

export interface HealthPlan {
  readonly targets: readonly HealthTarget[];
  /** Zones that are more than their targets; others have no secondaries. */
  readonly zones: readonly HealthZone[];
  /** `192.0.2.1`, `[2001:db8::1]:5353`: who is asked for targets outside the served zones; empty: the system's resolvers. */
  readonly resolvers: readonly string[];
  /** Bound on probes that begin in a second, over all zones. */
  readonly probesPerSecond: number;
  readonly hook?: HealthHook | undefined;
  /** Who exchanges opinions and drains with this server; missing: nobody. */
  readonly peers?: readonly HealthPeer[];
}

/** Enough for 10,000 targets at 10 s, with all of them asked anew after a first failure. */
export const defaultProbesPerSecond = 2000;

export const emptyHealthPlan: HealthPlan = {
  targets: [],
  zones: [],
  resolvers: [],
  probesPerSecond: defaultProbesPerSecond,
};
