/** Workers' responders over the golden zones, under settings of all kinds: what a message that comes in can meet. */
import { Answerer } from '../../../src/answer/answerer.ts';
import { Transport } from '../../../src/answer/outcome.ts';
import { ResponseCache } from '../../../src/answer/response-cache.ts';
import { Draws } from '../../../src/base/draws.ts';
import { FaultReporter } from '../../../src/dataplane/fault-reporter.ts';
import { Responder } from '../../../src/dataplane/responder.ts';
import { AccessList, type AccessListTable, defaultAccessTable } from '../../../src/plane/access/access-list-table.ts';
import type { AnswerSettings } from '../../../src/plane/answer-settings.ts';
import { CounterBlock, createCounters } from '../../../src/plane/counters.ts';
import { createRateLimitTable } from '../../../src/plane/rate-limit/rate-limit-table.ts';
import { createLogRing, LogRingReader, LogRingWriter } from '../../../src/plane/rings/log-ring.ts';
import { askPolicy, askTarget, SteeringKey } from '../../../src/plane/steering/steering-key.ts';
import { Reaction, SrvOrder, TargetState } from '../../../src/plane/steering/steering-policy.ts';
import { SteeringBuilder } from '../../../src/plane/steering/steering-table.ts';
import { ZoneReader } from '../../../src/store/zone-reader.ts';
import { ZoneStore } from '../../../src/store/zone-store.ts';
import { createTsigKey } from '../../../src/tsig/tsig-key.ts';
import { Class, Type } from '../../../src/wire/codes.ts';
import { wireNameFrom } from '../../../src/wire/name.ts';
import { parseZone } from '../../../src/zonefile/parse-zone.ts';
import { openFromMemory } from '../../../src/zonefile/zone-source.ts';
import { defaultSettings, type ServedZone } from '../../unit/answer/served.ts';

/** As the worker's clock has it. */
export const nowSeconds = 1_800_000_000;

const key = (name: string, octet: number) =>
  createTsigKey(wireNameFrom(name), 'hmac-sha256', new Uint8Array(32).fill(octet));
/** The first opens a view, the second closes it, the third has MACs that are cut short. */
export const keys = [
  key('inner.', 1),
  key('outer.', 2),
  createTsigKey(wireNameFrom('short.'), 'hmac-sha512', new Uint8Array(64).fill(3), 32),
];

const list = { inside: 2, outside: 3, black: 4, transfer: 5 } as const;
const net = (last: number, bits: number) =>
  ({ kind: 'prefix', negated: false, family: 4, octets: Uint8Array.of(192, 0, 2, last), bits }) as const;
const access: AccessListTable = {
  lists: [
    ...defaultAccessTable.lists,
    [{ kind: 'key', negated: false, key: 0 }, { kind: 'key', negated: true, key: 1 }, net(0, 25)],
    [net(128, 25), { kind: 'key', negated: false, key: 1 }],
    [net(7, 32)],
    [{ kind: 'key', negated: false, key: 0 }, net(1, 32)],
  ],
};

/** Who asks, by a number: IPv4 in both views or none, one that gets no answer, IPv6. */
export const clients = [
  Uint8Array.of(192, 0, 2, 1),
  Uint8Array.of(192, 0, 2, 200),
  Uint8Array.of(192, 0, 2, 7),
  Uint8Array.of(198, 51, 100, 1),
  Uint8Array.of(0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1),
] as const;

const guard = 0xa5;
const guardOctets = 64;
const offset = 8;

/** Of one set of zones under one kind of settings. */
export type Manner = 'plain' | 'cached' | 'guarded' | 'views' | 'steered';
export const manners: readonly Manner[] = ['plain', 'cached', 'guarded', 'views', 'steered'];

export class World {
  readonly settings: AnswerSettings;
  readonly responder: Responder;
  readonly answerer: Answerer;
  private readonly store = ZoneStore.create({ maxOctets: 1 << 28 });
  private readonly reader: ZoneReader;
  private readonly log = createLogRing(1 << 20);
  private readonly logReader = new LogRingReader(this.log);
  private readonly response = new Uint8Array(offset + 65_535 + guardOctets);
  private timeMs = nowSeconds * 1000;

  constructor(zones: readonly ServedZone[], manner: Manner, index: number) {
    this.publish(zones, manner);
    this.reader = new ZoneReader(this.store.arena, 0);
    this.settings = { ...defaultSettings, access, keys, ...settingsOf(manner, index) };
    let made: Answerer | undefined;
    this.responder = new Responder(
      (all, client) => {
        const cache = manner === 'plain' ? undefined : new ResponseCache(this.reader);
        made = new Answerer(this.reader, all, cache, client, new Draws(Int32Array.of(index, 2, 3, 4)));
        return made;
      },
      this.settings,
      new CounterBlock(createCounters(1), 0),
      new LogRingWriter(this.log),
      new FaultReporter(() => undefined),
    );
    this.answerer = made as unknown as Answerer;
    if (manner === 'steered') this.responder.steer(steeringOf(zones, index));
    Object.assign(this.responder, {
      logging: true,
      loggingResponses: true,
      loggingErrors: true,
      loggingSecurity: true,
    });
    this.response.fill(guard);
  }

  /** The octets of the response, empty for silence. They hold until the next call. */
  answer(message: Uint8Array, tcp: boolean, client: number, laterMs: number): Uint8Array {
    const { responder, response } = this;
    this.timeMs += laterMs;
    responder.record.timeMs = this.timeMs;
    // Signatures are made for the first moment.
    responder.setTime(Math.floor(this.timeMs / 1000));
    this.answerer.nowSeconds = nowSeconds;
    const octets = clients[client % clients.length] as Uint8Array;
    const family = octets.length === 4 ? 4 : 6;
    Object.assign(responder.client, { family, octets, offset: 0, local: octets, localOffset: 0 });
    Object.assign(responder.record, { client: octets, clientOffset: 0, local: octets, localOffset: 0 });
    this.reader.enter();
    const transport = tcp ? Transport.tcp : Transport.udp;
    const length = responder.respond(message, 0, message.length, family, transport, response, offset);
    this.reader.leave();
    responder.publishLog();
    this.logReader.read(() => undefined);
    this.checkGuards(offset + Math.max(length, tcp ? 65_535 : 4096));
    return response.subarray(offset, offset + length);
  }

  /** Whether some zone of this world has an answer to it. */
  knows(message: Uint8Array): boolean {
    this.answer(message, true, 0, 0);
    return this.answerer.zoneNumber >= 0;
  }

  /** Nothing is written before the response, or beyond its room. */
  private checkGuards(end: number): void {
    for (let at = 0; at < offset; at++) this.checkGuard(at);
    for (let at = end; at < Math.min(end + guardOctets, this.response.length); at++) this.checkGuard(at);
    if (end < offset + 65_535) return;
    // The next response over UDP must find the guard behind its own room.
    this.response.fill(guard, offset + 4096, offset + 4096 + guardOctets);
  }

  private checkGuard(at: number): void {
    if (this.response[at] !== guard) throw new Error(`wrote outside of its room, at ${at - offset}`);
  }

  private publish(zones: readonly ServedZone[], manner: Manner): void {
    const views = manner === 'views' ? [1, 2] : [0];
    const allowTransfer = list.transfer;
    const declared = views.flatMap((view) =>
      zones.map(({ apex }, i) => ({
        view,
        class: Class.in,
        apex: wireNameFrom(apex),
        allowTransfer,
        ...(manner === 'guarded' && i % 4 === 0 ? { allowQuery: list.inside } : {}),
      })),
    );
    const recursive = { matchDestinations: AccessList.any, matchRecursiveOnly: false };
    const inside = { number: 1, matchClients: list.inside, ...recursive };
    const outside = { number: 2, matchClients: list.outside, ...recursive };
    const numbers = this.store.declareZones(declared, manner === 'views' ? [inside, outside] : []);
    declared.forEach(({ apex }, i) => {
      const { apex: name, text } = zones[i % zones.length] as ServedZone;
      if (text === undefined) return;
      const builder = this.store.startZone(apex, Class.in);
      const open = openFromMemory(new Map([[name, text]]));
      parseZone({ file: name, apex, open, sink: builder, onDiagnostic: () => undefined });
      this.store.publish(numbers[i] as number, builder.finish());
    });
  }
}

function settingsOf(manner: Manner, index: number): Partial<AnswerSettings> {
  const size = { ednsUdpOctets: [1232, 4096, 512][index % 3] as number };
  const common = { ...size, ...(index % 2 === 0 ? { serverId: 'node', minimalResponses: 'no' as const } : {}) };
  switch (manner) {
    case 'guarded':
      return {
        ...common,
        blackhole: list.black,
        cookies: cookiesOf(true),
        noCookieUdpOctets: 700,
        rateLimits: [rateLimit()],
      };
    case 'views':
      return {
        ...common,
        blackhole: list.black,
        cookies: cookiesOf(false),
        rateLimits: [undefined, rateLimit(), undefined],
      };
    case 'steered':
      return {
        ...common,
        cookies: cookiesOf(false),
        rrsetOrder: [{ view: 0, type: 255, name: undefined, order: 'cyclic' }],
      };
    default:
      return common;
  }
}

function cookiesOf(isRequired: boolean) {
  return { secrets: [new Uint8Array(16).fill(7), new Uint8Array(16).fill(8)], isRequired };
}

function rateLimit() {
  return {
    perSecond: [5, 5, 5, 5, 5, 40],
    windowSeconds: 5,
    slip: 2,
    qpsScale: 100,
    ipv4PrefixBits: 24,
    ipv6PrefixBits: 56,
    exempt: AccessList.none,
    isLogOnly: false,
    maxEntries: 1000,
    table: createRateLimitTable(1000, Int32Array.of(11, 12)),
  };
}

/** A policy for each zone, by turns, and a state for each target of its SRV. */
function steeringOf(zones: readonly ServedZone[], index: number): SharedArrayBuffer {
  const builder = new SteeringBuilder();
  const asked = new SteeringKey();
  const orders = Object.values(SrvOrder);
  const reactions = Object.values(Reaction);
  const states = Object.values(TargetState);
  zones.forEach(({ apex, text }, i) => {
    askPolicy(asked, 0, wireNameFrom(apex));
    builder.addPolicy(asked, {
      order: orders[(i + index) % orders.length] as SrvOrder,
      reaction: reactions[i % reactions.length] as Reaction,
      emptyWhenAllDown: i % 2 === 0,
      degradedTtlSeconds: 15,
      prefixBits4: 24,
      prefixBits6: 56,
    });
    let count = 0;
    const sink = {
      addRecord(record: { owner: Uint8Array; type: number; rdata: Uint8Array }) {
        if (record.type !== Type.srv) return;
        const port = ((record.rdata[4] as number) << 8) | (record.rdata[5] as number);
        askTarget(asked, 0, record.owner, 0, record.rdata, 6, port);
        builder.addState(asked, states[count++ % states.length] as TargetState);
      },
    };
    const open = openFromMemory(new Map([[apex, text ?? '']]));
    parseZone({ file: apex, apex: wireNameFrom(apex), open, sink, onDiagnostic: () => undefined });
  });
  return builder.build(7);
}
