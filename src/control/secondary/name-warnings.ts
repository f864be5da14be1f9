import { typeText } from '../../rr/mnemonics.ts';
import { isHostname } from '../../store/check/owner-checks.ts';
import { Type } from '../../wire/codes.ts';
import { formatName } from '../../wire/name.ts';
import type { ParsedRecord } from '../../zonefile/record-sink.ts';

/** Lines of one transfer; of a zone full of them nobody reads more. */
const mostLines = 10;

/**
 * BIND's `check-names secondary warn`: what should be the name of a host and is none is told of, and taken all the same. The words
 * are BIND's.
 */
export class NameWarnings {
  private readonly lines: string[] = [];
  private count = 0;

  /** A record that has come. */
  look({ owner, type, rdata }: ParsedRecord): void {
    if (hasHostOwner(type) && !isHostname(owner, 0))
      this.note(() => `${placeOf(owner, type)}: bad owner name (check-names)`);
    const target = targetOffset(type);
    // The root is no host, and says in MX and SRV that there is none (RFC 7505, RFC 2782).
    if (target < 0 || isHostname(rdata, target)) return;
    this.note(() => `${placeOf(owner, type)}: ${nameText(rdata, target)}: bad name (check-names)`);
  }

  get texts(): readonly string[] {
    const more = this.count - this.lines.length;
    return more === 0 ? this.lines : [...this.lines, `${more} more bad names (check-names)`];
  }

  private note(text: () => string): void {
    if (this.count++ < mostLines) this.lines.push(text());
  }
}

function hasHostOwner(type: number): boolean {
  return type === Type.a || type === Type.aaaa || type === Type.mx;
}

/** Where the name of a host stands in the data; -1 where none does. */
function targetOffset(type: number): number {
  switch (type) {
    case Type.ns:
      return 0;
    case Type.mx:
      return 2;
    case Type.srv:
      return 6;
    default:
      return -1;
  }
}

function placeOf(owner: Uint8Array, type: number): string {
  return `${nameText(owner, 0)}/${typeText(type)}`;
}

function nameText(octets: Uint8Array, offset: number): string {
  const text = formatName(octets, offset);
  return text === '.' ? text : text.slice(0, -1);
}
