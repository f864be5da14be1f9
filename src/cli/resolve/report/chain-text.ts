/** The chain, step by step, as a person reads it. */
import type { DnsRecord } from '../../../sip/location/dns-answer.ts';
import type { LookUpStep } from '../../../sip/location/look-up.ts';
import type { Style } from './style.ts';

/** Lines, each with an indent of two. */
export function formatChain(steps: readonly LookUpStep[], style: Style): string[] {
  return steps.flatMap((step) => formatStep(step, style));
}

function formatStep(step: LookUpStep, style: Style): string[] {
  const { question, aliases, records } = step;
  const lines = [`  ${question.type.padEnd(5)} ${style.bold(question.name)}${style.dim(describeWay(step))}`];
  for (const { ttlSeconds, target } of aliases) lines.push(`        ${ttl(ttlSeconds, style)}  CNAME ${target}`);
  for (const record of records) lines.push(`        ${ttl(record.ttlSeconds, style)}  ${formatData(record)}`);
  const finding = describeFinding(step, style);
  if (finding !== undefined) lines.push(`        ${finding}`);
  return lines;
}

function describeWay({ answer, isAdditional }: LookUpStep): string {
  if (isAdditional) return '  (in the additional section)';
  const { overTcp, truncated, octets } = answer;
  if (overTcp) return `  (truncated over UDP, ${octets} octets over TCP)`;
  return truncated ? '  (truncated)' : '';
}

function describeFinding({ finding, problem, answer }: LookUpStep, style: Style): string | undefined {
  const { negativeTtlSeconds } = answer;
  const kept = negativeTtlSeconds === undefined ? '' : style.dim(` (may be kept for ${negativeTtlSeconds} s)`);
  switch (finding) {
    case 'records':
      return undefined;
    case 'no data':
      return `no such records${kept}`;
    case 'name error':
      return `no such name${kept}`;
    case 'problem':
      return style.bad(problem ?? '');
  }
}

function ttl(ttlSeconds: number, style: Style): string {
  return style.dim(`${String(ttlSeconds).padStart(6)} s`);
}

/** As in a zone file. */
function formatData(record: DnsRecord): string {
  switch (record.type) {
    case 'A':
    case 'AAAA':
      return record.address;
    case 'CNAME':
      return record.target;
    case 'SRV':
      return `${record.priority} ${record.weight} ${record.port} ${record.target === '' ? '.' : record.target}`;
    case 'NAPTR': {
      const { order, preference, flags, services, regexp, replacement } = record;
      return `${order} ${preference} "${flags}" "${services}" "${regexp}" ${replacement === '' ? '.' : replacement}`;
    }
  }
}
