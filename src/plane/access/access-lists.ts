import { octetAt } from '../../base/octets.ts';
import type { AccessListId, AccessListTable, AccessRule } from './access-list-table.ts';
import { Channel, type Client } from './client.ts';

/** Words of a rule: what it is, then its number or its prefix. */
const Word = { kind: 0, negated: 1, number: 2, address: 2, mask: 6 } as const;
const ruleWords = 10;
const Kind = { any: 0, prefix4: 1, prefix6: 2, key: 3, list: 4, plain: 5 } as const;

/** What a list says to a client. */
const Match = { none: 0, allowed: 1, denied: 2 } as const;
type Match = (typeof Match)[keyof typeof Match];

/** Address match lists (BIND's), ready to be asked per message: words only, so that asking makes no object. */
export class AccessLists {
  /** List `i` is the rules from `starts[i]` to before `starts[i + 1]`. */
  private readonly starts: Int32Array;
  private readonly rules: Int32Array;
  /** The client's family and address while it is looked at; IPv4 in the first word. */
  private isIpv4 = true;
  private readonly address = new Int32Array(4);
  private isPlain = true;

  constructor(table: AccessListTable) {
    const { lists } = table;
    this.starts = new Int32Array(lists.length + 1);
    for (const [id, rules] of lists.entries()) this.starts[id + 1] = (this.starts[id] as number) + rules.length;
    this.rules = new Int32Array((this.starts[lists.length] as number) * ruleWords);
    for (const [index, rule] of lists.flat().entries()) writeRule(this.rules, index * ruleWords, rule);
  }

  /** Whether the list allows the client. A list that isn't there allows nobody. */
  allows(list: AccessListId, client: Client): boolean {
    this.readAddress(client.family, client.octets, client.offset);
    this.isPlain = client.channel === Channel.plain;
    return this.match(list, client.key) === Match.allowed;
  }

  /** The same for the address that the client has asked. */
  allowsDestination(list: AccessListId, client: Client): boolean {
    this.readAddress(client.family, client.local, client.localOffset);
    this.isPlain = client.channel === Channel.plain;
    return this.match(list, client.key) === Match.allowed;
  }

  private match(list: AccessListId, key: number): Match {
    if (!(list >= 0 && list < this.starts.length - 1)) return Match.none;
    const { rules, starts } = this;
    const end = (starts[list + 1] as number) * ruleWords;
    for (let at = (starts[list] as number) * ruleWords; at < end; at += ruleWords) {
      if (this.isHit(at, list, key)) return rules[at + Word.negated] === 0 ? Match.allowed : Match.denied;
    }
    return Match.none;
  }

  private isHit(at: number, list: AccessListId, key: number): boolean {
    const { rules } = this;
    const number = rules[at + Word.number] as number;
    switch (rules[at + Word.kind]) {
      case Kind.any:
        return true;
      case Kind.prefix4:
        return this.isIpv4 && this.isInside(at, 0);
      case Kind.prefix6:
        return (
          !this.isIpv4 && this.isInside(at, 0) && this.isInside(at, 1) && this.isInside(at, 2) && this.isInside(at, 3)
        );
      case Kind.plain:
        return this.isPlain;
      case Kind.key:
        return key >= 0 && number === key;
      default:
        // Only lists before this one: whatever the table says, it ends.
        return number < list && this.match(number, key) === Match.allowed;
    }
  }

  private isInside(at: number, word: number): boolean {
    const address = this.address[word] as number;
    return (address & (this.rules[at + Word.mask + word] as number)) === this.rules[at + Word.address + word];
  }

  private readAddress(family: 4 | 6, octets: Uint8Array, offset: number): void {
    if (family === 4) {
      this.isIpv4 = true;
      this.address[0] = wordOf(octets, offset);
      return;
    }
    for (let i = 0; i < 4; i++) this.address[i] = wordOf(octets, offset + 4 * i);
    // RFC 4291 §2.5.5.2: ::ffff:a.b.c.d is the IPv4 node a.b.c.d.
    this.isIpv4 = this.address[0] === 0 && this.address[1] === 0 && this.address[2] === 0xffff;
    if (this.isIpv4) this.address[0] = this.address[3] as number;
  }
}

function wordOf(octets: Uint8Array, at: number): number {
  return (
    (octetAt(octets, at) << 24) |
    (octetAt(octets, at + 1) << 16) |
    (octetAt(octets, at + 2) << 8) |
    octetAt(octets, at + 3)
  );
}

function writeRule(words: Int32Array, at: number, rule: AccessRule): void {
  words[at + Word.negated] = rule.negated ? 1 : 0;
  switch (rule.kind) {
    case 'any':
      words[at + Word.kind] = Kind.any;
      return;
    case 'plain':
      words[at + Word.kind] = Kind.plain;
      return;
    case 'key':
      words[at + Word.kind] = Kind.key;
      words[at + Word.number] = rule.key;
      return;
    case 'list':
      words[at + Word.kind] = Kind.list;
      words[at + Word.number] = rule.list;
      return;
    case 'prefix':
      words[at + Word.kind] = rule.family === 4 ? Kind.prefix4 : Kind.prefix6;
      for (let i = 0; i < (rule.family === 4 ? 1 : 4); i++) {
        const mask = maskOf(rule.bits - 32 * i);
        words[at + Word.mask + i] = mask;
        words[at + Word.address + i] = wordOf(rule.octets, 4 * i) & mask;
      }
      return;
  }
}

/** The first `bits` of a word; all where there are more, none where there are less than one. */
function maskOf(bits: number): number {
  return bits >= 32 ? -1 : bits <= 0 ? 0 : -1 << (32 - bits);
}
