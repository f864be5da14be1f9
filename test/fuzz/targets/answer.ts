import { Outcome } from '../../../src/answer/outcome.ts';
import { TsigClient } from '../../../src/tsig/tsig-client.ts';
import type { TsigKey } from '../../../src/tsig/tsig-key.ts';
import { brokenRules } from '../../property/answer/fuzz/check.ts';
import { loadGolden } from '../../property/answer/fuzz/corpus.ts';
import { mutateMessage } from '../../property/answer/fuzz/mutate.ts';
import { readHex } from '../corpus/read-corpus.ts';
import { concat, mutateBehind } from '../engine/mutate-octets.ts';
import { uncounted } from '../engine/steps.ts';
import { must, RuleBroken, type Target } from '../engine/target.ts';
import { findMalformed } from '../engine/walk-message.ts';
import { keys, manners, nowSeconds, World } from './answer-world.ts';

/**
 * The whole answer algorithm in a worker's responder: views, keys, cookies, rate limits, steering, the response cache, logs; over all golden
 * zones, of which some are signed. An input is four octets that say where and how it comes in, and the message:
 *
 *     world   bit 0 TCP, bits 1 to 5 the key that signs it (most are none)   client   sixteenths of a millisecond since the one before
 */
export function createAnswerTarget(): Target {
  const { worlds: sets, questions } = loadGolden();
  const worlds = sets.flatMap((zones, i) => manners.map((manner) => new World(zones, manner, i)));
  const hashing = new Set(
    worlds.flatMap((_, i) => (sets[Math.floor(i / manners.length)]?.some(hasNsec3) === true ? [i] : [])),
  );
  const messages = [...questions.map(({ octets }) => octets), ...readHex('messages.txt')];
  return {
    corpus: messages.flatMap((message, i) => {
      // In the sets that know the name in every manner, in the others in some.
      const isHome = sets.map((_, set) => (worlds[set * manners.length] as World).knows(message));
      return worlds.flatMap((_, world) =>
        isHome[Math.floor(world / manners.length)] === true || world % manners.length === i % manners.length
          ? [concat(Uint8Array.of(world, howOf(i + world), (i + world) % 5, (i + world) % 7), message)]
          : [],
      );
    }),
    mutate: mutateBehind(4, mutateMessage),
    maxOctets: 2048,
    allowedSteps: (input) =>
      // Each of three names is hashed as often as the zone's owner wanted, 12 times here; a round of SHA-1 has some 800 steps.
      (hashing.has((input[0] ?? 0) % worlds.length) ? 60_000 : 10_000) + 10 * input.length,
    expected: ['answered 0', 'answered 3', 'formErr 1', 'notImp 4', 'refused 5', 'silent', 'held back'],
    run(input) {
      if (input.length < 4) return 'silent';
      const [world, how, client, later] = input as unknown as [number, number, number, number];
      const where = worlds[world % worlds.length] as World;
      const tcp = (how & 1) !== 0;
      const signer = keys[((how >> 1) & 31) - 1];
      const message = signed(input.slice(4), signer);
      const wire = where.answer(message, tcp, client, later >> 4);
      return uncounted(() => judge(where, message, tcp, wire, (later & 3) === 0));
    },
  };
}

function hasNsec3({ text }: { readonly text: string | undefined }): boolean {
  return text?.includes('NSEC3') === true;
}

/** Signatures take longer than answers: each twelfth message has one. */
function howOf(i: number): number {
  return (i & 1) | (i % 12 === 0 ? 2 * (1 + (Math.floor(i / 12) % keys.length)) : 0);
}

const outcomeNames = new Map<number, string>(Object.entries(Outcome).map(([name, outcome]) => [outcome, name]));

/** `isThorough`: with the decoder that makes texts of all that is in the response, and takes as long as all the rest. */
function judge(
  { responder, answerer, settings }: World,
  message: Uint8Array,
  tcp: boolean,
  wire: Uint8Array,
  isThorough: boolean,
): string {
  const outcome = responder.ignoresClient() ? 'ignored' : (outcomeNames.get(answerer.outcome) as string);
  const isHeldBack = !tcp && settings.rateLimits !== undefined && wire.length === 0 && outcome !== 'silent';
  if (outcome === 'ignored') {
    must(wire.length === 0, 'who is in blackhole hears nothing');
    return 'ignored';
  }
  const isSilent = outcome === 'silent' || outcome === 'deferred' || isHeldBack;
  must((wire.length === 0) === isSilent, 'silence where it is meant, and nowhere else');
  if (wire.length > 0) {
    const malformed = findMalformed(wire);
    must(malformed === undefined, `a response is well-formed: ${malformed}`);
    must(wire.length <= (tcp ? 65_535 : settings.ednsUdpOctets), 'a response has its bounds');
    must(
      wire[0] === message[0] && wire[1] === message[1] && ((wire[2] as number) & 0x80) !== 0,
      'it answers the request',
    );
  }
  if (isThorough && !isHeldBack) {
    const broken = brokenRules(message, tcp, settings.ednsUdpOctets, wire);
    if (broken.length > 0) throw new RuleBroken(broken.join('; '));
  }
  must(answerer.request.steps <= message.length, 'no more steps of parsing than octets');
  if (outcome === 'silent' || outcome === 'deferred') return outcome;
  if (isHeldBack) return 'held back';
  must(wire.length >= 12, 'a response has a header');
  return `${outcome} ${answerer.rcode}`;
}

/** The message with a right signature behind it; that it was no good message before is the point. */
function signed(message: Uint8Array, key: TsigKey | undefined): Uint8Array {
  if (key === undefined || message.length < 12) return message;
  return uncounted(() => {
    const client = new TsigClient(key);
    const out = new Uint8Array(message.length + client.reserveOctets);
    out.set(message);
    return out.slice(0, client.signRequest(out, 0, message.length, nowSeconds));
  });
}
