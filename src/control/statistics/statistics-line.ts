/** The line of the category `statistics`: BIND 8 wrote one each hour, BIND 9 has none. */
import { type CounterSums, sumCounters } from '../../plane/counters.ts';
import { typeText } from '../../rr/mnemonics.ts';

export function formatStatistics(counters: SharedArrayBuffer, upSeconds: number, replacements: number): string {
  const sums = sumCounters(counters);
  const { named } = sums;
  const requests = named.Requestv4 + named.Requestv6;
  const parts = [
    `up ${Math.round(upSeconds)} s`,
    `requests ${requests} (UDP ${requests - named.ReqTCP}, TCP ${named.ReqTCP})`,
    `responses ${named.Response} (truncated ${named.TruncatedResp})`,
    `success ${named.QrySuccess}`,
    `no data ${named.QryNxrrset}`,
    `name error ${named.QryNXDOMAIN}`,
    `referral ${named.QryReferral}`,
    // By RCODE, because most of these are answers to what was no query, or not understood.
    `refused ${sums.rcodes[5] ?? 0}`,
    `servfail ${sums.rcodes[2] ?? 0}`,
    `formerr ${sums.rcodes[1] ?? 0}`,
    `dropped ${named.QryDropped}`,
    `TCP connections ${named.tcpConnections}`,
    ...(named.tlsHandshakes + named.tlsFailures === 0
      ? []
      : [`TLS handshakes ${named.tlsHandshakes} (failed ${named.tlsFailures})`]),
    `workers replaced ${replacements}`,
  ];
  return `${parts.join(', ')}${formatTypes(sums)}`;
}

function formatTypes({ qtypes }: CounterSums): string {
  const asked = qtypes.map((count, type) => ({ count, type })).filter(({ count }) => count > 0);
  if (asked.length === 0) return '';
  const most = asked.toSorted((a, b) => b.count - a.count).slice(0, 12);
  return `; by type: ${most.map(({ count, type }) => `${type < 256 ? typeText(type) : 'others'} ${count}`).join(', ')}`;
}
