/** Domains whose own address keeps some clients from ever asking for the SRV records. */
import { octetAt } from '../../../base/octets.ts';
import { typeText } from '../../../rr/mnemonics.ts';
import { Type } from '../../../wire/codes.ts';
import { nameText } from '../../../wire/name.ts';
import type { NodeRef } from '../../zone-reader.ts';
import type { CheckContext } from '../check-context.ts';
import { TargetState } from '../checked-zone.ts';
import { SipProblem } from './codes.ts';
import { nextLabel } from './service-owner.ts';
import type { SrvSet } from './srv-set.ts';

export class HiddenSrvCheck {
  private readonly context: CheckContext;
  /** Domains that have been told of: each has a set for each transport. */
  private readonly told = new Set<NodeRef>();

  constructor(context: CheckContext) {
    this.context = context;
  }

  /** Look at the domain of an SRV owner `_service._transport.domain`. */
  check({ node, records }: SrvSet): void {
    const { zone, list } = this.context;
    const { reader } = zone;
    const { octets } = reader;
    const transportOffset = nextLabel(octets, reader.nodeNameOffset(node));
    if (records.length === 0 || octetAt(octets, transportOffset + 1) !== underscore) return;
    const domainOffset = nextLabel(octets, transportOffset);
    if (zone.solveTarget(octets, domainOffset) !== TargetState.address) return;
    const domain = zone.foundNode;
    if (domain === 0 || this.told.has(domain)) return;
    this.told.add(domain);
    const type = reader.findRrset(domain, Type.a) !== 0 ? Type.a : Type.aaaa;
    const owner = zone.owner(domain);
    list.add(
      SipProblem.addressBeside,
      { owner, type },
      `${nameText(owner)} has an ${typeText(type)} record beside its SRV for SIP: clients that ask for the address first (LiveKit, and phones set to "A record") call there, without shares or a backup`,
      'let it be the address of a SIP server, or none at all',
    );
  }
}

const underscore = 0x5f;
