/** Which view answers: the first that fits client, key, destination and RD; none is REFUSED with EDE 18. */
import { describe, expect, test } from 'vitest';
import { Answerer } from '../../../src/answer/answerer.ts';
import { noView, viewByClient } from '../../../src/answer/choose-view.ts';
import { Outcome, Transport } from '../../../src/answer/outcome.ts';
import { ResponseCache } from '../../../src/answer/response-cache.ts';
import {
  AccessList,
  type AccessListTable,
  type AccessRule,
  defaultAccessTable,
} from '../../../src/plane/access/access-list-table.ts';
import { ZoneReader } from '../../../src/store/zone-reader.ts';
import { type ViewDeclaration, ZoneStore } from '../../../src/store/zone-store.ts';
import { TsigClient } from '../../../src/tsig/tsig-client.ts';
import { createTsigKey, type TsigKey } from '../../../src/tsig/tsig-key.ts';
import { Class, Flag, Opcode, Rcode, Type } from '../../../src/wire/codes.ts';
import { wireNameFrom } from '../../../src/wire/name.ts';
import { record, soa } from '../store/zone-fixture.ts';
import { type DecodedMessage, decode, lineOf } from './decode.ts';
import { defaultSettings, questionOctets } from './served.ts';

const key = (name: string, octet: number) =>
  createTsigKey(wireNameFrom(name), 'hmac-sha256', new Uint8Array(32).fill(octet));
const inner = key('inner.', 1);
const outer = key('outer.', 2);
const keys = [inner, outer];
const host = (last: number): AccessRule => ({
  kind: 'prefix',
  negated: false,
  family: 4,
  octets: Uint8Array.of(127, 0, 0, last),
  bits: 32,
});
const list = { inside: 2, outside: 3, second: 4 } as const;
const access: AccessListTable = {
  lists: [
    ...defaultAccessTable.lists,
    [{ kind: 'key', negated: false, key: 0 }, { kind: 'key', negated: true, key: 1 }, host(2)],
    [{ kind: 'key', negated: false, key: 1 }, host(1)],
    [host(200)],
  ],
};
const view = (number: number, changes: Partial<ViewDeclaration> = {}): ViewDeclaration => ({
  number,
  matchClients: AccessList.any,
  matchDestinations: AccessList.any,
  matchRecursiveOnly: false,
  ...changes,
});
const inside = view(1, { matchClients: list.inside });
const outside = view(2, { matchClients: list.outside });

interface Ask {
  readonly from?: number;
  readonly to?: number;
  readonly rd?: boolean;
  readonly signedBy?: TsigKey;
  readonly wrongly?: boolean;
  readonly opcode?: number;
  readonly qclass?: number;
}

/** A zone of the same name in each view, whose address ends with the view's number. */
class Views {
  private readonly store = ZoneStore.create();
  private readonly reader = new ZoneReader(this.store.arena, 0);
  readonly answerer = new Answerer(this.reader, { ...defaultSettings, access, keys }, new ResponseCache(this.reader));
  private readonly response = new Uint8Array(4096);

  constructor(...views: ViewDeclaration[]) {
    const numbers = views.length === 0 ? [0] : views.map(({ number }) => number);
    this.declare(views, numbers);
    for (const [zone, number] of numbers.entries()) {
      const builder = this.store.startZone(wireNameFrom('a.test.'), Class.in);
      for (const each of [soa('a.test.', 1), record('ns.a.test.', Type.a, [192, 0, 2, number])])
        builder.addRecord(each);
      this.store.publish(zone, builder.finish());
    }
  }

  declare(views: readonly ViewDeclaration[], numbers: readonly number[]): void {
    const apex = wireNameFrom('a.test.');
    this.store.declareZones(
      numbers.map((number) => ({ view: number, class: Class.in, apex })),
      views,
    );
  }

  /** Gives the response's octets. */
  send({ from = 1, to = 1, rd = false, signedBy, wrongly = false, opcode = 0, qclass = Class.in }: Ask): number {
    const { answerer } = this;
    const qtype = opcode === 0 ? Type.a : Type.soa;
    const flags = (opcode << 11) | (rd ? Flag.rd : 0);
    const plain = questionOctets({ qname: opcode === 0 ? 'ns.a.test.' : 'a.test.', qtype, qclass, edns: 1232, flags });
    const message = signedBy === undefined ? plain : sign(plain, signedBy);
    if (wrongly) message[message.length - 20] = (message[message.length - 20] as number) ^ 1;
    Object.assign(answerer.client, {
      octets: Uint8Array.of(127, 0, 0, from),
      local: Uint8Array.of(127, 0, 0, to),
    });
    answerer.nowSeconds = nowSeconds;
    this.reader.enter();
    const octets = answerer.answer(message, 0, message.length, Transport.udp, viewByClient, this.response, 0);
    this.reader.leave();
    return octets;
  }

  ask(ask: Ask): DecodedMessage {
    const octets = this.send(ask);
    return decode(this.response.slice(0, octets));
  }

  /** The last octet of the address in the answer; the RCODE where there is none. */
  answer(ask: Ask): string {
    const { answer, rcode } = this.ask(ask);
    const [first] = answer;
    return first === undefined ? `rcode ${rcode}` : lineOf(first).replace(/.*\./, '');
  }
}

const nowSeconds = 1_800_000_000;

function sign(message: Uint8Array, by: TsigKey): Uint8Array {
  const client = new TsigClient(by);
  const out = new Uint8Array(message.length + client.reserveOctets);
  out.set(message);
  return out.subarray(0, client.signRequest(out, 0, message.length, nowSeconds));
}

const extendedErrorOf = ({ opt }: DecodedMessage) => [...(opt?.options.get(15)?.subarray(0, 2) ?? [])];

describe('the view of a message', () => {
  test('without views everybody sees the default one', () => {
    const views = new Views();
    expect(views.answer({ from: 9 })).toBe('0');
    expect(views.answerer.view).toBe(0);
  });

  test('follows from the address, and a key goes before it', () => {
    const views = new Views(inside, outside);
    expect(views.answer({ from: 1 })).toBe('2');
    expect(views.answer({ from: 2 })).toBe('1');
    expect(views.answer({ from: 1, signedBy: inner })).toBe('1');
    expect(views.answerer.view).toBe(1);
    // Denied by the first list though its address is in it, and in the second by its key.
    expect(views.answer({ from: 2, signedBy: outer })).toBe('2');
  });

  test('is the first that fits, in the order of the views', () => {
    const wide = view(7);
    expect(new Views(wide, inside).answer({ from: 2 })).toBe('7');
    expect(new Views(inside, wide).answer({ from: 2 })).toBe('1');
    expect(new Views(inside, wide).answer({ from: 3 })).toBe('7');
  });

  test('follows from the address that was asked', () => {
    const views = new Views(view(1, { matchDestinations: list.second }), view(2));
    expect(views.answer({ to: 200 })).toBe('1');
    expect(views.answer({ to: 1 })).toBe('2');
  });

  test('may be for questions with RD alone', () => {
    const views = new Views(view(1, { matchRecursiveOnly: true }), view(2));
    expect(views.answer({ rd: true })).toBe('1');
    expect(views.answer({ rd: false })).toBe('2');
  });

  test('counts in the cache of responses', () => {
    const views = new Views(inside, outside);
    for (let i = 0; i < 5; i++) {
      expect(views.answer({ from: 1 })).toBe('2');
      expect(views.answer({ from: 2 })).toBe('1');
      expect(views.answer({ from: 3 })).toBe(`rcode ${Rcode.refused}`);
    }
  });

  test('changes with the views, at once and for what was cached', () => {
    const views = new Views(inside, outside);
    for (let i = 0; i < 3; i++) expect(views.answer({ from: 2 })).toBe('1');
    views.declare([outside, view(1)], [1, 2]);
    expect(views.answer({ from: 2 })).toBe('1');
    expect(views.answer({ from: 1 })).toBe('2');
    views.declare([view(2)], [2]);
    for (let i = 0; i < 3; i++) expect(views.answer({ from: 2 })).toBe('2');
  });
});

describe('no view', () => {
  test('is REFUSED with EDE 18, for queries and for what others would answer', () => {
    const views = new Views(inside, outside);
    for (const opcode of [0, Opcode.notify, Opcode.update]) {
      const refused = views.ask({ from: 3, opcode });
      expect(refused.rcode).toBe(Rcode.refused);
      expect(extendedErrorOf(refused)).toEqual([0, 18]);
      expect(views.answerer.outcome).toBe(Outcome.noView);
      expect(views.answerer.view).toBe(noView);
    }
    expect(views.send({ from: 2, opcode: Opcode.notify })).toBe(0);
    expect(views.answerer.outcome).toBe(Outcome.deferred);
    expect(views.answerer.view).toBe(1);
  });

  test('keeps nobody from asking who the server is', () => {
    const views = new Views(inside);
    expect(views.ask({ from: 3, qclass: Class.ch }).rcode).toBe(Rcode.refused);
    expect(views.answerer.outcome).toBe(Outcome.refused);
    expect(views.answerer.view).toBe(0);
  });
});

describe('a signature that is not right', () => {
  test('leaves the address to choose, and is NOTAUTH there (BIND)', () => {
    const views = new Views(inside, outside);
    const message = views.ask({ from: 1, signedBy: inner, wrongly: true });
    expect(message.rcode).toBe(Rcode.notAuth);
    expect(views.answerer.outcome).toBe(Outcome.badSignature);
    expect(views.answerer.view).toBe(2);
  });

  test('is REFUSED where no view is for the address', () => {
    const views = new Views(inside, outside);
    const message = views.ask({ from: 3, signedBy: inner, wrongly: true });
    expect(message.rcode).toBe(Rcode.refused);
    expect(views.answerer.outcome).toBe(Outcome.noView);
  });
});
