/**
 * Counters of the data plane: one block of float64 per worker in one shared buffer, each written by its worker alone
 * (so a plain `+= 1` will do) and summed by whoever reads. Float64 holds whole numbers to 2^53.
 */

/**
 * Position of each counter in a block. BIND's names (its `nsstats`) where BIND has the counter, so that dashboards made
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
  /** Received and never answered: QR=1, shorter than a header, or answered with silence. */
  QryDropped: 17,
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
} as const;
export type CounterName = keyof typeof Counter;

const namedCount = 64;
const opcodeCount = 16;
/** RCODEs of 0 to 23, which covers the extended ones in use (RFC 6895 §2.3); others are counted at 23. */
const rcodeCount = 24;
/** Types of 0 to 255, and one place for all others. */
const qtypeCount = 257;

const opcodesAt = namedCount;
const rcodesAt = opcodesAt + opcodeCount;
const qtypesAt = rcodesAt + rcodeCount;
/** Rounded up to a multiple of 16 float64, so that two workers never write into one cache line. */
const blockWords = Math.ceil((qtypesAt + qtypeCount) / 16) * 16;

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
  };
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
