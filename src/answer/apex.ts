/** The apex' records in the authority section: SOA of negative answers, NS of positive ones. */
import { u16At, u32At } from '../base/octets.ts';
import { Type } from '../wire/codes.ts';
import type { AnswerContext } from './answer-context.ts';
import { writeOptional, writeSigned } from './write-rrset.ts';

/** RFC 2308 §3: the SOA with min(its TTL, MINIMUM) as TTL, its signatures alike. Required. */
export function writeSoa(context: AnswerContext): void {
  const { reader, templates } = context;
  if (templates.writeSoa(context)) return;
  const apex = reader.apexNode(context.version);
  const soa = reader.findRrset(apex, Type.soa);
  if (soa === 0) return;
  const rdata = reader.rrsetDataOffset(soa);
  const minimum = u32At(reader.octets, rdata + 2 + u16At(reader.octets, rdata) - 4);
  const position = context.suffixPosition(context.zoneLabels);
  if (!writeSigned(context, apex, soa, position, minimum)) context.truncated = true;
  templates.takeSoa(context);
}

/** The zone's NS, as far as they fit and aren't there already: nobody asked for them. */
export function writeApexNs(context: AnswerContext): void {
  const { reader, response, pending, templates } = context;
  const apex = reader.apexNode(context.version);
  const ns = reader.findRrset(apex, Type.ns);
  if (ns === 0 || context.written.has(ns, response, reader.octets, reader.nodeNameOffset(apex))) return;
  const pendingCount = pending.count;
  const position = response.position();
  if (templates.writeNs(context)) {
    pending.add(ns, context.version, context.zoneLabels, position);
  } else {
    writeOptional(context, apex, ns, context.suffixPosition(context.zoneLabels));
    templates.takeNs(context);
  }
  if (pending.count > pendingCount) pending.lastIndex = pendingCount;
}
