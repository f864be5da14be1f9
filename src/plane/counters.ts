/**
 * Counters: one block of float64 per worker, and one for main, in one shared buffer, each written by its thread alone
 * (so a plain `+= 1` will do) and summed by whoever reads. Float64 holds whole numbers to 2^53.
 */

/**
 * Position of each counter in a block. BIND's names (of `nsstats` where nothing else is said) where BIND has the counter, so that dashboards made
 * for it go on working; the rest begins with a lower-case letter.
 */
export const Counter = {
  Requestv4: 0,
  Requestv6: 1,
  ReqEdns0: 2,
  ReqBadEDNSVer: 3,
  ReqTCP: 4,
  Response: 5,
  TruncatedResp: 6,
  RespEDNS0: 7,
  QrySuccess: 8,
  QryAuthAns: 9,
  QryNoauthAns: 10,
  QryReferral: 11,
  QryNxrrset: 12,
  QrySERVFAIL: 13,
  QryFORMERR: 14,
  QryNXDOMAIN: 15,
  QryFailure: 16,
  /** Requests that get no response: too many others wait for main, or a limit says so. */
  QryDropped: 17,
  /** Queries for which there was a zone to answer from. */
  QryUDP: 18,
  QryTCP: 19,
  NSIDOpt: 20,
  CookieIn: 21,
  /** Questions with DO. */
  dnssecOk: 22,
  /** Messages that could not be parsed. */
  malformed: 23,
  /** Datagrams longer than the receive buffer. */
  oversize: 24,
  /** Responses that the kernel did not take (buffer full, no route, address gone). */
  sendErrors: 25,
  /** Questions whose answering threw: each is a bug of this server. */
  assertionFailures: 26,
  /** TCP connections open now (a gauge). */
  tcpConnections: 27,
  /** The most TCP connections open at once in this worker. */
  TCPConnHighWater: 28,
  tcpAccepted: 29,
  /** New connections closed at once because all places were in use. */
  tcpRefused: 30,
  /** Idle connections closed to make room for a new one. */
  tcpEvicted: 31,
  /** Connections closed by the idle limit, the total limit, or because the client did not read. */
  tcpTimedOut: 32,
  /** Calls of receive that failed for want of memory or the like. */
  receiveErrors: 33,
  /** Requests with a right TSIG, responses with one, requests with a wrong one. */
  ReqTSIG: 34,
  RespTSIG: 35,
  ReqBadSIG: 36,
  /** TLS handshakes that succeeded, and those that did not, for whatever reason. */
  tlsHandshakes: 37,
  tlsFailures: 38,
  /** Transfers out that were sent whole, and those refused. */
  XfrReqDone: 39,
  XfrRej: 40,
  /** Transfers out going on (a gauge). */
  transfersOut: 41,
  /** Not counted as requests: QR=1, shorter than a header, or of a sender who gets no response of any kind. */
  ignored: 42,
  /** Queries refused because no zone of ours is asked, or its `allow-query` says so: without RD, and with. */
  AuthQryRej: 43,
  RecQryRej: 44,
  /** EDNS options of requests; `OtherOpt` are those without a counter. */
  ExpireOpt: 45,
  KeepAliveOpt: 46,
  PadOpt: 47,
  KeyTagOpt: 48,
  ECSOpt: 49,
  OtherOpt: 50,
  /** Cookies without a server's part, and of a length that no cookie of ours has. */
  CookieNew: 51,
  CookieBadSize: 52,
  UpdateDone: 53,
  UpdateFail: 54,
  UpdateBadPrereq: 55,
  UpdateRej: 56,
  /** BIND's `zonestats`: what zones did as secondaries, and NOTIFY in both directions. */
  NotifyOutv4: 57,
  NotifyOutv6: 58,
  NotifyInv4: 59,
  NotifyInv6: 60,
  NotifyRej: 61,
  SOAOutv4: 62,
  SOAOutv6: 63,
  AXFRReqv4: 64,
  AXFRReqv6: 65,
  IXFRReqv4: 66,
  IXFRReqv6: 67,
  XfrSuccess: 68,
  XfrFail: 69,
  /** BIND's `sockstats`: connections that DNS servers of ours accepted, and those of them that are closed. */
  TCP4Accept: 70,
  TCP6Accept: 71,
  TCP4Close: 72,
  TCP6Close: 73,
  /** Responses that a rate limit held back, and those of which the client got TC alone. */
  RateDropped: 74,
  RateSlipped: 75,
  /** Cookies with a server's part: ours, made too long ago (or later than now), of another secret or client. */
  CookieMatch: 76,
  CookieBadTime: 77,
  CookieNoMatch: 78,
  /** Queries answered with BADCOOKIE. */
  QryBADCOOKIE: 79,
  /** Datagrams that found no room in the socket, and those thrown away because they had waited there too long in an overload. */
  queueFull: 88,
  queueStale: 89,
  /** Responses taken from the response cache. */
  cacheHits: 90,
} as const;
export type CounterName = keyof typeof Counter;

const namedCount = 96;
const opcodeCount = 16;
/** RCODEs of 0 to 23, which covers the extended ones in use (RFC 6895 §2.3); others are counted at 23. */
const rcodeCount = 24;
/** Types of 0 to 255, and one place for all others. */
const qtypeCount = 257;

const opcodesAt = namedCount;
const rcodesAt = opcodesAt + opcodeCount;
const qtypesAt = rcodesAt + rcodeCount;

/** Sizes of messages are counted in buckets of 16 octets, as BIND does; the last ones are of all above. */
export const sizeBucketOctets = 16;
const requestBuckets = 288 / sizeBucketOctets + 1;
const responseBuckets = 4096 / sizeBucketOctets + 1;
/** UDP and TCP, each over IPv4 and IPv6. */
const sizeGroups = 4;
const requestSizesAt = qtypesAt + qtypeCount;
const responseSizesAt = requestSizesAt + sizeGroups * requestBuckets;
/**
 * How long messages took: by bucket, each up to twice the time of the one before, the last one of all above; behind them the sum in
 * seconds. For UDP and TCP.
 */
export const firstDurationMicroseconds = 16;
const durationBuckets = 18;
const durationWords = durationBuckets + 1;
const durationsAt = responseSizesAt + sizeGroups * responseBuckets;
const countedWords = durationsAt + 2 * durationWords;
/** Rounded up to a multiple of 16 float64, so that two workers never write into one cache line. */
const blockWords = Math.ceil(countedWords / 16) * 16;

/** Where the sizes of that transport (0 UDP, 1 TCP) and family are counted. */
function sizeGroup(transport: number, family: number): number {
  return transport * 2 + (family === 4 ? 0 : 1);
}

/** Make the shared buffer for `workerCount` blocks. */
export function createCounters(workerCount: number): SharedArrayBuffer {
  return new SharedArrayBuffer(workerCount * blockWords * Float64Array.BYTES_PER_ELEMENT);
}

/** The block of one worker. Only that worker adds to it. */
export class CounterBlock {
  private readonly words: Float64Array;

  constructor(counters: SharedArrayBuffer, index: number) {
    this.words = blockOf(counters, index);
    // A worker that takes the place of a dead one starts without connections; its totals go on.
    this.words[Counter.tcpConnections] = 0;
    this.words[Counter.transfersOut] = 0;
    this.words[Counter.TCP4Close] = this.get(Counter.TCP4Accept);
    this.words[Counter.TCP6Close] = this.get(Counter.TCP6Accept);
  }

  add(counter: number): void {
    this.words[counter] = (this.words[counter] as number) + 1;
  }

  addCount(counter: number, count: number): void {
    this.words[counter] = (this.words[counter] as number) + count;
  }

  get(counter: number): number {
    return this.words[counter] as number;
  }

  set(counter: number, value: number): void {
    this.words[counter] = value;
  }

  addOpcode(opcode: number): void {
    this.add(opcodesAt + (opcode & 15));
  }

  addRcode(rcode: number): void {
    this.add(rcodesAt + (rcode < rcodeCount ? rcode : rcodeCount - 1));
  }

  addQtype(qtype: number): void {
    this.add(qtypesAt + Math.min(qtype, qtypeCount - 1));
  }

  /** `transport`: 0 UDP, 1 TCP. */
  addRequestSize(transport: number, family: number, octets: number): void {
    const bucket = Math.min(octets >>> 4, requestBuckets - 1);
    this.add(requestSizesAt + sizeGroup(transport, family) * requestBuckets + bucket);
  }

  addResponseSize(transport: number, family: number, octets: number): void {
    const bucket = Math.min(octets >>> 4, responseBuckets - 1);
    this.add(responseSizesAt + sizeGroup(transport, family) * responseBuckets + bucket);
  }

  /** `count` messages that were answered together took so long. `transport`: 0 UDP, 1 TCP. */
  addDuration(transport: number, ms: number, count: number): void {
    const microseconds = Math.min(ms * 1000, 0x7fffffff) | 0;
    // 0 below 16 microseconds, 1 below 32, and so on.
    const bucket = Math.min(Math.max(28 - Math.clz32(microseconds), 0), durationBuckets - 1);
    const at = durationsAt + transport * durationWords;
    this.addCount(at + bucket, count);
    this.addCount(at + durationBuckets, (ms / 1000) * count);
  }
}

/** How many messages had which size: by bucket of `sizeBucketOctets`, the last one with all above. */
export interface SizeCounts {
  readonly transport: 'udp' | 'tcp';
  readonly family: 4 | 6;
  readonly requests: readonly number[];
  readonly responses: readonly number[];
}

/** How many messages took how long: in bucket `i` less than `firstDurationMicroseconds * 2 ** i`, the last one with all above. */
export interface DurationCounts {
  readonly transport: 'udp' | 'tcp';
  readonly counts: readonly number[];
  /** Of all together. */
  readonly seconds: number;
}

/** The sums over all workers at about one moment. */
export interface CounterSums {
  readonly named: Readonly<Record<CounterName, number>>;
  /** By opcode, 0 to 15. */
  readonly opcodes: readonly number[];
  /** By RCODE, 0 to 22; the last one counts all above. */
  readonly rcodes: readonly number[];
  /** By type, 0 to 255; the last one counts all above. */
  readonly qtypes: readonly number[];
  readonly sizes: readonly SizeCounts[];
  readonly durations: readonly DurationCounts[];
}

/** Add up all blocks. High-water marks are added too: the sum bounds the mark of the whole from above. */
export function sumCounters(counters: SharedArrayBuffer): CounterSums {
  const sums = new Float64Array(blockWords);
  const all = new Float64Array(counters);
  for (let i = 0; i < all.length; i++) sums[i % blockWords] = (sums[i % blockWords] as number) + (all[i] as number);
  const named = Object.fromEntries(Object.entries(Counter).map(([name, at]) => [name, sums[at] as number]));
  return {
    named: named as Record<CounterName, number>,
    opcodes: [...sums.subarray(opcodesAt, opcodesAt + opcodeCount)],
    rcodes: [...sums.subarray(rcodesAt, rcodesAt + rcodeCount)],
    qtypes: [...sums.subarray(qtypesAt, qtypesAt + qtypeCount)],
    sizes: sizeCounts(sums),
    durations: durationCounts(sums),
  };
}

function sizeCounts(sums: Float64Array): readonly SizeCounts[] {
  return (['udp', 'tcp'] as const).flatMap((transport, number) =>
    ([4, 6] as const).map((family) => {
      const group = sizeGroup(number, family);
      const requestsAt = requestSizesAt + group * requestBuckets;
      const responsesAt = responseSizesAt + group * responseBuckets;
      return {
        transport,
        family,
        requests: [...sums.subarray(requestsAt, requestsAt + requestBuckets)],
        responses: [...sums.subarray(responsesAt, responsesAt + responseBuckets)],
      };
    }),
  );
}

function durationCounts(sums: Float64Array): readonly DurationCounts[] {
  return (['udp', 'tcp'] as const).map((transport, number) => {
    const at = durationsAt + number * durationWords;
    const counts = [...sums.subarray(at, at + durationBuckets)];
    return { transport, counts, seconds: sums[at + durationBuckets] as number };
  });
}

/** One counter over all workers, without making an object: for limits that the workers share. */
export function sumCounter(counters: Float64Array, counter: number): number {
  let sum = 0;
  for (let at = counter; at < counters.length; at += blockWords) sum += counters[at] as number;
  return sum;
}

function blockOf(counters: SharedArrayBuffer, index: number): Float64Array {
  return new Float64Array(counters, index * blockWords * Float64Array.BYTES_PER_ELEMENT, blockWords);
}
