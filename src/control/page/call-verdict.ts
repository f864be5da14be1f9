/** Whether calls arrive, in a sentence: of what is known, no more. */
import type { TargetCounts, Verdict, ZoneCounts } from '../../page/page-data.ts';
import type { PeerFacts } from './peer-lines.ts';

export interface CallFacts {
  /** It has been told to end, and answers for a while yet. */
  readonly isLeaving: boolean;
  readonly isReady: boolean;
  /** Of /readyz. */
  readonly readiness: string;
  readonly zones: ZoneCounts;
  /** Of zones that are not served: `example.com (expired)`. */
  readonly unservedZones: readonly string[];
  readonly targets: TargetCounts;
  /** Owners of SRV that are steered or probed, those of which no target is up, and those of which some are not. */
  readonly services: number;
  readonly deadServices: readonly string[];
  /** Those of which all targets are drained and named all the same. */
  readonly drainedServices: readonly string[];
  readonly reducedServices: readonly string[];
  /** `sip1.example.com:5060`, those of one port and owner after the other; then those that this server alone sees down. */
  readonly downTargets: readonly string[];
  readonly doubtedTargets: readonly string[];
  readonly peers: PeerFacts;
  /** So many servers must see a target down to take it out, where most must; 1: this one decides alone. */
  readonly agree: number;
}

export function judgeCalls(facts: CallFacts): Verdict {
  const { isLeaving, isReady, readiness, zones, targets, services, deadServices, drainedServices, reducedServices } =
    facts;
  const unserved = zones.total - zones.served;
  if (isLeaving) {
    const text = 'It still answers, and /readyz says that questions should be sent elsewhere.';
    return { level: 'warning', title: 'This server is about to end', text };
  }
  if (zones.total === 0)
    return {
      level: 'warning',
      title: 'There are no zones',
      text: 'The configuration has none: whoever asks is refused.',
    };
  if (!isReady) return { level: 'bad', title: 'Calls do not arrive here', text: sentence(readiness) };
  if (deadServices.length > 0) {
    const where = deadServices.length === services ? '' : ` at ${many(deadServices.length, 'service')}`;
    return {
      level: 'bad',
      title: `Calls do not arrive${where}`,
      text: `No SIP server is up of ${list(deadServices)}.`,
    };
  }
  if (unserved > 0) {
    return {
      level: 'warning',
      title: `${many(unserved, 'zone')} of ${format(zones.total)} ${isOrAre(unserved)} not served`,
      text: join(`Whoever asks for ${list(facts.unservedZones, unserved)} gets SERVFAIL.`, targetText(facts)),
    };
  }
  if (drainedServices.length > 0) {
    return {
      level: 'warning',
      title: 'Calls go to drained servers',
      text: `All SIP servers of ${list(drainedServices)} are drained. With nobody else left, answers name them all the same.`,
    };
  }
  const text = join(targetText(facts), peerText(facts));
  // It may be the only one left.
  if (targets.doubted > 0)
    return { level: 'warning', title: `Calls may fail at ${many(targets.doubted, 'target')}`, text };
  if (reducedServices.length > 0) return { level: 'warning', title: 'Calls arrive, on fewer servers', text };
  return judgeNamed(facts);
}

/** All targets are named. */
function judgeNamed(facts: CallFacts): Verdict {
  const { zones, targets } = facts;
  const { up, trying } = targets;
  const text = join(targetText(facts), peerText(facts));
  if (up + trying === 0) {
    return {
      level: 'unknown',
      title: 'Questions are answered',
      text: join('Whether calls arrive is not known: no zone has health checks of its SIP servers.', peerText(facts)),
    };
  }
  if (trying > 0) return { level: 'unknown', title: 'Asking the SIP servers', text };
  if (isStuck(facts)) return { level: 'warning', title: 'Calls arrive, but a server that fails would stay in', text };
  // Calls don't need them today.
  const copies = zones.troubled === 0 ? '' : `The copies of ${many(zones.troubled, 'zone')} need a look.`;
  return { level: 'good', title: 'Calls arrive', text: join(text, copies) };
}

/** Empty where none is probed. */
function targetText(facts: CallFacts): string {
  const { up, down, drained, doubted, trying, unprobed } = facts.targets;
  const { services, downTargets, doubtedTargets } = facts;
  const probed = up + down + drained + doubted + trying;
  const rest = unprobed === 0 ? '' : `${format(unprobed)} more ${isOrAre(unprobed)} not probed.`;
  if (probed === 0) return '';
  if (up === probed) {
    const who = up === 1 ? 'The SIP server' : `All ${format(up)} targets`;
    return join(`${who} of ${many(services, 'service')} ${up === 1 ? 'answers' : 'answer'}.`, rest);
  }
  const parts = [
    ...(drained > 0 ? [`${format(drained)} ${isOrAre(drained)} drained`] : []),
    ...(trying > 0 ? [`${format(trying)} ${trying === 1 ? 'has' : 'have'} not been heard yet`] : []),
    ...(down > 0 ? [`${format(down)} ${isOrAre(down)} down${named(downTargets)}`] : []),
    ...(doubted > 0
      ? [
          `${format(doubted)} ${isOrAre(doubted)} seen down by fewer servers than must agree, and still named${named(doubtedTargets)}`,
        ]
      : []),
  ];
  const answer = `Of ${many(probed, 'target')} ${format(up)} ${up === 1 ? 'answers' : 'answer'}`;
  return join(`${answer}, ${parts.join(', ')}.`, rest);
}

function named(names: readonly string[]): string {
  return names.length === 0 ? '' : `: ${list(names)}`;
}

/** Empty where all are heard. */
function peerText(facts: CallFacts): string {
  const { peers, agree } = facts;
  const { silent } = peers;
  if (silent.length === 0) return '';
  const who = `${silent.length === 1 ? 'Peer' : 'Peers'} ${list(silent)} ${isOrAre(silent.length)} not heard`;
  if (!isStuck(facts)) return `${who}.`;
  const heard = 1 + peers.total - silent.length;
  return `${who}: ${format(agree)} servers must agree that a target is down, and ${heard === 1 ? 'this one is alone' : `only ${format(heard)} are heard, with this one`}.`;
}

/** Too few servers are heard to take anything out. */
function isStuck({ peers: { total, silent }, agree }: CallFacts): boolean {
  return silent.length > 0 && agree > 1 + total - silent.length;
}

const listed = 3;

/** `count`: of all, where these are only some. */
function list(names: readonly string[], count = names.length): string {
  const more = count - Math.min(names.length, listed);
  return names.slice(0, listed).join(', ') + (more > 0 ? ` and ${format(more)} more` : '');
}

function many(count: number, thing: string): string {
  return `${format(count)} ${thing}${count === 1 ? '' : 's'}`;
}

function isOrAre(count: number): string {
  return count === 1 ? 'is' : 'are';
}

function format(count: number): string {
  return count.toLocaleString('en');
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function join(...sentences: readonly string[]): string {
  return sentences.filter((text) => text !== '').join(' ');
}
