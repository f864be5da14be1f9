/** Whether calls arrive, in a sentence: of what is known, no more. */
import type { TargetCounts, Verdict, ZoneCounts } from '../../page/page-data.ts';

export interface CallFacts {
  readonly isReady: boolean;
  /** Of /readyz. */
  readonly readiness: string;
  readonly zones: ZoneCounts;
  readonly targets: TargetCounts;
  /** Owners of SRV that are steered or probed, those of which no target is up, and those of which some are not. */
  readonly services: number;
  readonly deadServices: readonly string[];
  readonly reducedServices: readonly string[];
  /** `sip1.example.com:5060`, those of one port and owner after the other. */
  readonly downTargets: readonly string[];
}

export function judgeCalls(facts: CallFacts): Verdict {
  const { isReady, readiness, zones, targets, services, deadServices, reducedServices } = facts;
  const { up, down, drained, trying } = targets;
  const unserved = zones.total - zones.served;
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
      text: join(`Whoever asks for ${unserved === 1 ? 'it' : 'them'} gets SERVFAIL.`, targetText(facts)),
    };
  }
  if (reducedServices.length > 0) {
    return { level: 'warning', title: 'Calls arrive, on fewer servers', text: targetText(facts) };
  }
  if (up + down + drained + trying === 0) {
    return {
      level: 'unknown',
      title: 'Questions are answered',
      text: 'Whether calls arrive is not known: no zone has health checks of its SIP servers.',
    };
  }
  if (trying > 0) return { level: 'unknown', title: 'Asking the SIP servers', text: targetText(facts) };
  // Calls don't need them today.
  const copies = zones.troubled === 0 ? '' : `The copies of ${many(zones.troubled, 'zone')} need a look.`;
  return { level: 'good', title: 'Calls arrive', text: join(targetText(facts), copies) };
}

/** Empty where none is probed. */
function targetText({ targets: { up, down, drained, trying, unprobed }, services, downTargets }: CallFacts): string {
  const probed = up + down + drained + trying;
  const rest = unprobed === 0 ? '' : `${format(unprobed)} more ${isOrAre(unprobed)} not probed.`;
  if (probed === 0) return '';
  if (up === probed) {
    const who = up === 1 ? 'The SIP server' : `All ${format(up)} targets`;
    return join(`${who} of ${many(services, 'service')} ${up === 1 ? 'answers' : 'answer'}.`, rest);
  }
  const parts = [
    ...(drained > 0 ? [`${format(drained)} ${isOrAre(drained)} drained`] : []),
    ...(trying > 0 ? [`${format(trying)} ${trying === 1 ? 'has' : 'have'} not been heard yet`] : []),
    ...(down > 0 ? [`${format(down)} ${isOrAre(down)} down`] : []),
  ];
  const names = downTargets.length === 0 ? '' : `: ${list(downTargets)}`;
  const answer = `Of ${many(probed, 'target')} ${format(up)} ${up === 1 ? 'answers' : 'answer'}`;
  return join(`${answer}, ${parts.join(', ')}${names}.`, rest);
}

const listed = 3;

function list(names: readonly string[]): string {
  const more = names.length - listed;
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
