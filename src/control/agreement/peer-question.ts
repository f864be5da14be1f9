/**
 * The name by which a server asks, of class CH and type TXT:
 *
 *     6b1f09d2c4e7a385.5f0c36a1be90d247-120.be90d2475f0c36a1-88.v1.health.ringzone.
 *     nobody's before   the asked one's run, the asker's run,    version
 *                       and where we stand   and where it is
 *                       in it (`0`: nowhere)  (`0`: tells nothing)
 *
 * The first label makes each question another, so that no signed answer fits two of them: an answer is never older than its question. The
 * third tells whoever is asked that there may be news to ask for. `health.ringzone.` alone, which is for people, asks for all.
 */

import { healthName } from '../../plane/health-name.ts';
import { isAtOrBelow, nameText, type WireName, wireNameFrom } from '../../wire/name.ts';
import { bulletinVersion, isRunId, parseCount } from './bulletin.ts';
import type { Standing } from './bulletin-board.ts';

export interface PeerQuestion {
  /** `undefined`: all is asked for. */
  readonly since: Standing | undefined;
  /** Where the asker's own board stands; `undefined`: it does not say. */
  readonly asker: Standing | undefined;
}

/** `nonce`: hexadecimal digits, at most 63. */
export function formatQuestion({ since, asker }: PeerQuestion, nonce: string): WireName {
  return wireNameFrom(`${nonce}.${formatStanding(since)}.${formatStanding(asker)}.v${bulletinVersion}.${ownText}.`);
}

/** `undefined`: the name is below ours, and has a form that this release does not know; or is no such name. */
export function parseQuestion(qname: Uint8Array): PeerQuestion | undefined {
  if (!isAtOrBelow(qname, 0, healthName)) return undefined;
  const labels = nameText(qname).toLowerCase().split('.').slice(0, -2);
  if (labels.length === 0) return { since: undefined, asker: undefined };
  const [nonce = '', sinceText, askerText, version, ...rest] = labels;
  if (version !== `v${bulletinVersion}` || rest.length > 0 || !/^[0-9a-f]{1,63}$/.test(nonce)) return undefined;
  const since = parseStanding(sinceText);
  const asker = parseStanding(askerText);
  return since === 'malformed' || asker === 'malformed' ? undefined : { since, asker };
}

const ownText = nameText(healthName);

function formatStanding(standing: Standing | undefined): string {
  return standing === undefined ? '0' : `${standing.id}-${standing.number}`;
}

function parseStanding(text = ''): Standing | undefined | 'malformed' {
  if (text === '0') return undefined;
  const [id = '', digits] = text.split('-', 2);
  const number = parseCount(digits);
  return isRunId(id) && number !== undefined && text === `${id}-${digits}` ? { id, number } : 'malformed';
}
