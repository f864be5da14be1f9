/**
 * What only a phone would notice of a zone: it finds its servers by NAPTR, SRV and addresses (RFC 3263, RFC 2782), and phones
 * have bounds and habits of their own. Costs nothing in zones without SRV and NAPTR.
 */
import { Type } from '../../../wire/codes.ts';
import { NodeFlag, type NodeRef } from '../../zone-reader.ts';
import type { CheckContext } from '../check-context.ts';
import { checkNaptrSize, checkSrvSize } from './answer-size.ts';
import { HiddenSrvCheck } from './hidden-srv.ts';
import { checkNaptrs } from './naptr-checks.ts';
import { RegexpCheck } from './regexp-checks.ts';
import { checkServersTwice } from './server-checks.ts';
import { findService } from './service-owner.ts';
import { SrvCheck } from './srv-checks.ts';
import { readSrvSet } from './srv-set.ts';

/** Gathers over the walk and looks at the end: what makes a zone bad DNS is told of before. */
export class SipCheck {
  private readonly context: CheckContext;
  private readonly nodes: NodeRef[] = [];
  private readonly regexps: RegexpCheck;
  private readonly srv: SrvCheck;
  private readonly hidden: HiddenSrvCheck;

  constructor(context: CheckContext) {
    this.context = context;
    this.regexps = new RegexpCheck(context);
    this.srv = new SrvCheck(context);
    this.hidden = new HiddenSrvCheck(context);
  }

  /** Take a node that is not hidden below a zone cut. What stands beside a cut is never answered. */
  visit(node: NodeRef): void {
    const flags = this.context.zone.reader.nodeFlags(node);
    if ((flags & (NodeFlag.zoneCut | NodeFlag.hashedOwner)) === 0) this.nodes.push(node);
  }

  report(): void {
    for (const node of this.nodes) {
      this.checkNaptr(node);
      this.checkSrv(node);
    }
  }

  private checkNaptr(node: NodeRef): void {
    const { context } = this;
    const set = context.zone.reader.findRrset(node, Type.naptr);
    if (set === 0) return;
    checkNaptrs(context, this.regexps, node, set);
    checkNaptrSize(context, node, set);
  }

  private checkSrv(node: NodeRef): void {
    const { context } = this;
    const { reader } = context.zone;
    const set = reader.findRrset(node, Type.srv);
    if (set === 0) return;
    const service = findService(reader.octets, reader.nodeNameOffset(node));
    if (service === undefined) return;
    const srv = readSrvSet(context.zone, node, set, service);
    this.srv.check(srv);
    checkServersTwice(context, srv);
    checkSrvSize(context, srv);
    if (service.isSip) this.hidden.check(srv);
  }
}
