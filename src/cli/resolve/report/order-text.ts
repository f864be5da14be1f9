/** The servers in the order in which the client would try them, and what becomes of the call. */
import type { Candidate } from '../../../sip/location/locate.ts';
import { formatHost, parseAddress } from '../../../sip/target/host.ts';
import { getTransport } from '../../../sip/target/transport.ts';
import type { ProfileResult } from '../run-calls.ts';
import { type Style, seconds } from './style.ts';

export function formatOrder(result: ProfileResult, hasDown: boolean, style: Style): string[] {
  const { location, outcome } = result;
  const lines = location.candidates.map((candidate, index) => {
    const tried = outcome.attempts.filter((attempt) => attempt.candidate === candidate);
    const isDown = tried.length > 0 && tried.every((attempt) => attempt.isDown);
    const answers = hasDown && outcome.reached === candidate;
    const mark = isDown
      ? style.bad('  down')
      : answers
        ? style.good(`  answers ${outcome.seconds === 0 ? 'at once' : `after ${seconds(outcome.seconds)}`}`)
        : '';
    return `  ${String(index + 1).padStart(2)}. ${formatCandidate(candidate)}${mark}`;
  });
  if (outcome.reached === undefined) lines.push(style.bad(`  ${describeLoss(result)}`));
  return lines;
}

function formatCandidate(candidate: Candidate): string {
  const { host, port, transport, addresses } = candidate;
  const title = getTransport(transport).title;
  const places = addresses.map((address) => {
    const known = parseAddress(address);
    return known === undefined ? address : formatHost(known);
  });
  if (candidate.record === undefined && places[0] === host) return `${host}:${port} over ${title}`;
  return `${host}:${port} over ${title}, ${places.length === 0 ? 'without an address: passed over' : places.join(', ')}`;
}

function describeLoss({ outcome, profile }: ProfileResult): string {
  if (outcome.attempts.length === 0) return 'no server is found: the call fails';
  const wasLast = outcome.attempts.length > 1 ? 'all of them are' : 'it is';
  const candidate = outcome.attempts.at(-1)?.candidate;
  const patience = candidate?.transport === 'udp' ? profile.patience.udp : profile.patience.stream;
  const why = patience === undefined ? 'this client does not try the next one' : `${wasLast} down`;
  return `the call is lost after ${seconds(outcome.seconds)}: ${why}`;
}
