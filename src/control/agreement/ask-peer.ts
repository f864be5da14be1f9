/** One signed question to a peer, and what its answer says. */
import { randomBytes, randomInt } from 'node:crypto';
import { err, ok, type Result } from '../../base/result.ts';
import { TsigClient } from '../../tsig/tsig-client.ts';
import type { TsigKey } from '../../tsig/tsig-key.ts';
import { findTsigRecord, formatTsigError, parseTsigRecord, TsigError } from '../../tsig/tsig-record.ts';
import { Rcode } from '../../wire/codes.ts';
import { nameText } from '../../wire/name.ts';
import { rcodeText } from '../../wire/rcode-text.ts';
import { type Ask, askDatagram, askStream } from '../secondary/ask.ts';
import { type Bulletin, bulletinVersion, parseBulletin } from './bulletin.ts';
import type { HealthPeer } from './peer.ts';
import { type PeerAnswer, readAnswer, writeQuestion } from './peer-messages.ts';
import { formatQuestion, type PeerQuestion } from './peer-question.ts';

/** Why a question came to nothing. */
export interface PeerProblem {
  /** Whether the peer has said something: waiting does not mend it. */
  readonly isAnswer: boolean;
  readonly text: string;
}

/** Over UDP several times, so that a lost datagram is none; well before an opinion is too old. */
const datagramTries = 3;
const datagramMs = 500;
const streamMs = 3000;

/** `usesStream`: over TCP at once, for what is known to be long. `wallMs`: milliseconds since 1970, as seen by signatures too. */
export async function askPeer(
  peer: HealthPeer,
  question: PeerQuestion,
  usesStream: boolean,
  wallMs: () => number,
  signal: AbortSignal,
): Promise<Result<Bulletin, PeerProblem>> {
  const remote = { address: peer.address, port: peer.port, key: undefined, tls: undefined };
  if (!usesStream) {
    const result = await askDatagram(remote, makeAsk(peer.key, question, wallMs), datagramTries, datagramMs, signal);
    if (!result.ok) return err({ isAnswer: false, text: result.error });
    if (result.value.kind !== 'truncated') return judge(result.value, peer.key, wallMs());
  }
  const result = await askStream(remote, makeAsk(peer.key, question, wallMs), streamMs, signal);
  if (!result.ok) return err({ isAnswer: false, text: `over TCP: ${result.error}` });
  return judge(result.value, peer.key, wallMs());
}

type SignedAnswer = PeerAnswer | { readonly kind: 'unsigned'; readonly problem: string };

/** A new one for each transport: signatures are of one exchange. */
function makeAsk(key: TsigKey, question: PeerQuestion, wallMs: () => number): Ask<SignedAnswer> {
  const id = randomInt(0x10000);
  const qname = formatQuestion(question, randomBytes(8).toString('hex'));
  const client = new TsigClient(key);
  const plain = writeQuestion(id, qname);
  const message = new Uint8Array(plain.length + client.reserveOctets);
  message.set(plain);
  const octets = client.signRequest(message, 0, plain.length, seconds(wallMs()));
  return {
    message: message.subarray(0, octets),
    read: (received, start, end) => {
      const answer = readAnswer(id, qname, received, start, end);
      if (answer === undefined) return undefined;
      // Before it is verified, for the digest takes the record out.
      const text = describeTsig(received, start, end, key, seconds(wallMs()));
      const check = client.verify(received, start, end, seconds(wallMs()));
      if (check === 'ok') return answer;
      const unsigned = typeof check === 'string' ? 'the answer is not signed' : check.problem;
      const code = answer.kind === 'rcode' ? ` (${rcodeText(answer.rcode)})` : '';
      return { kind: 'unsigned', problem: text ?? `${unsigned}${code}` };
    },
  };
}

function judge(answer: SignedAnswer, key: TsigKey, wallMs: number): Result<Bulletin, PeerProblem> {
  switch (answer.kind) {
    case 'unsigned':
      return refuse(answer.problem);
    case 'truncated':
      return refuse('truncated over TCP');
    case 'malformed':
      return refuse('malformed answer');
    case 'rcode':
      return refuse(describeRcode(answer.rcode, key));
    case 'texts':
      return judgeTexts(answer.texts, wallMs);
  }
}

function judgeTexts(texts: readonly string[], wallMs: number): Result<Bulletin, PeerProblem> {
  const bulletin = parseBulletin(texts, wallMs);
  if (!('kind' in bulletin)) return ok(bulletin);
  if (bulletin.kind === 'malformed') return refuse(`malformed: ${bulletin.text}`);
  return refuse(`it speaks version ${bulletin.version} of the exchange, and this server version ${bulletinVersion}`);
}

function refuse(text: string): Result<never, PeerProblem> {
  return err({ isAnswer: true, text });
}

function describeRcode(rcode: number, key: TsigKey): string {
  const text = rcodeText(rcode);
  if (rcode === Rcode.servFail) return `${text}: it has no targets to watch`;
  return rcode === Rcode.refused ? `${text}: it has no peer with the key ${nameText(key.name)}` : text;
}

/** What a TSIG error of the answer `message[start, end)` means for an operator; `undefined` where it has none. */
function describeTsig(
  message: Uint8Array,
  start: number,
  end: number,
  key: TsigKey,
  nowSeconds: number,
): string | undefined {
  const at = findTsigRecord(message, start, end);
  const record = at < 0 ? undefined : parseTsigRecord(message, start, end, at);
  if (record === undefined) return undefined;
  const word = formatTsigError(record.error);
  switch (record.error) {
    case TsigError.none:
      return undefined;
    case TsigError.badKey:
      return `it refuses the key ${nameText(key.name)} (${word}): both must have it, by this name and algorithm`;
    case TsigError.badSig:
      return `it refuses the key ${nameText(key.name)} (${word}): its secret is another there`;
    case TsigError.badTime:
      return `the clocks differ${describeSkew(record.other, nowSeconds)} (${word}): set them by NTP`;
    default:
      return `TSIG error ${word}`;
  }
}

/** RFC 8945 §5.2.3: the data is the other's time, in 48 bits. */
function describeSkew(other: Uint8Array, nowSeconds: number): string {
  if (other.length !== 6) return '';
  const there = Buffer.from(other).readUIntBE(0, 6);
  return ` by ${Math.abs(nowSeconds - there)} s`;
}

function seconds(wallMs: number): number {
  return Math.floor(wallMs / 1000);
}
