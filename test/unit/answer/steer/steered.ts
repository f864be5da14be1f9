/** A zone with SRV, served in process under a policy; and what clients of several kinds make of its answers. */
import { Answerer } from '../../../../src/answer/answerer.ts';
import { Transport } from '../../../../src/answer/outcome.ts';
import { ResponseCache } from '../../../../src/answer/response-cache.ts';
import { Draws } from '../../../../src/base/draws.ts';
import { Client } from '../../../../src/plane/access/client.ts';
import { askAddress, askHost, askPolicy, askTarget, SteeringKey } from '../../../../src/plane/steering/steering-key.ts';
import {
  Reaction,
  SrvOrder,
  type SteeringPolicy,
  TargetState,
} from '../../../../src/plane/steering/steering-policy.ts';
import { SteeringBuilder, SteeringTable } from '../../../../src/plane/steering/steering-table.ts';
import { Type } from '../../../../src/wire/codes.ts';
import { wireNameFrom } from '../../../../src/wire/name.ts';
import { type DecodedMessage, decodeMessage } from '../../../interop/lib/decode-message.ts';
import { questionOctets, Served } from '../served.ts';

export const apex = 'phones.test.';
export const owner = `_sip._udp.${apex}`;

export const plainPolicy: SteeringPolicy = {
  order: SrvOrder.zone,
  reaction: Reaction.demote,
  emptyWhenAllDown: false,
  degradedTtlSeconds: 15,
  prefixBits4: 32,
  prefixBits6: 56,
};

export interface Srv {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  readonly target: string;
}

export class Steered {
  readonly served: Served;
  readonly answerer: Answerer;
  readonly client = new Client();
  readonly table: SteeringTable;
  private readonly response = new Uint8Array(65_535);
  private readonly key = new SteeringKey();

  /** `srv`: lines of `priority weight port target`, of `owner`. Target and address entries are made for all. */
  constructor(
    srv: readonly string[],
    policy: Partial<SteeringPolicy> = {},
    options: { readonly seed?: number; readonly cached?: boolean; readonly more?: string } = {},
  ) {
    const { seed = 1, cached = true, more = '' } = options;
    const targets = [...new Set(srv.map((line) => line.split(' ')[3] as string))];
    const text = `$TTL 300
@ SOA ns admin 1 3600 600 604800 60
@ NS ns
ns A 192.0.2.1
${srv.map((line) => `_sip._udp SRV ${line}`).join('\n')}
${targets.map((target, i) => `${target} A 192.0.2.${10 + i}\n${target} AAAA 2001:db8::${(10 + i).toString(16)}`).join('\n')}
${more}
`;
    this.served = new Served([{ apex, text }]);
    const builder = new SteeringBuilder();
    askPolicy(this.key, 0, wireNameFrom(apex));
    builder.addPolicy(this.key, { ...plainPolicy, ...policy });
    for (const line of srv) {
      this.askTarget(line);
      builder.addState(this.key, TargetState.up);
    }
    for (const [i, target] of targets.entries()) {
      askHost(this.key, 0, wireNameFrom(`${target}.${apex}`));
      builder.addHost(this.key, 15);
      for (const address of [[192, 0, 2, 10 + i], ...(target === 'solo' ? [] : [v6(10 + i)])]) {
        this.askAddress(target, address);
        builder.addState(this.key, TargetState.up);
      }
    }
    this.table = new SteeringTable(builder.build(7));
    const cache = cached ? new ResponseCache(this.served.reader) : undefined;
    const { reader, settings } = this.served;
    this.answerer = new Answerer(reader, settings, cache, this.client, new Draws(Int32Array.of(seed, 2, 3, 4)));
    this.answerer.steer(this.table);
  }

  /** Say how the target of this line of `srv` is. */
  setTarget(line: string, state: TargetState): void {
    this.askTarget(line);
    this.set(state);
  }

  setAddress(target: string, address: readonly number[], state: TargetState): void {
    this.askAddress(target, address);
    this.set(state);
  }

  ask(
    qname: string = owner,
    qtype: number = Type.srv,
    more: { readonly edns?: number } = { edns: 1232 },
  ): DecodedMessage {
    const query = questionOctets({ qname, qtype, ...more });
    const { reader } = this.served;
    reader.enter();
    const octets = this.answerer.answer(query, 0, query.length, Transport.udp, 0, this.response, 0);
    reader.leave();
    return decodeMessage(this.response.slice(0, octets));
  }

  askSrv(qname: string = owner): readonly Srv[] {
    return srvOf(this.ask(qname));
  }

  /** The entry of the target of this line. */
  entryOf(line: string): number {
    this.askTarget(line);
    return this.table.find(this.key);
  }

  private askTarget(line: string): void {
    const [, , port, target] = line.split(' ') as [string, string, string, string];
    askTarget(this.key, 0, wireNameFrom(owner), 0, wireNameFrom(`${target}.${apex}`), 0, Number(port));
  }

  private askAddress(target: string, address: readonly number[]): void {
    askAddress(this.key, 0, wireNameFrom(`${target}.${apex}`), 0, Uint8Array.from(address), 0, address.length);
  }

  private set(state: TargetState): void {
    const entry = this.table.find(this.key);
    if (entry === 0) throw new Error('no such entry');
    this.table.setState(entry, state);
    this.table.publish();
  }
}

export function v6(last: number): readonly number[] {
  return [0x20, 0x01, 0x0d, 0xb8, ...new Array(11).fill(0), last];
}

export function srvOf(message: DecodedMessage): readonly Srv[] {
  return message.answer.map(({ rdataText, ttl }) => {
    const [priority, weight, port, target] = rdataText.split(' ') as [string, string, string, string];
    return { priority: Number(priority), weight: Number(weight), port: Number(port), target, ttl };
  });
}

/** How often each key came. */
export function countBy<T>(values: Iterable<T>, keyOf: (value: T) => string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(keyOf(value), (counts.get(keyOf(value)) ?? 0) + 1);
  return counts;
}
