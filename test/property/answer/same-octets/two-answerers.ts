/** The algorithm alone, and with a response cache in front: the same zones, one reader, each octet compared. */
import { Answerer } from '../../../../src/answer/answerer.ts';
import { Transport } from '../../../../src/answer/outcome.ts';
import { ResponseCache } from '../../../../src/answer/response-cache.ts';
import type { AnswerSettings } from '../../../../src/plane/answer-settings.ts';
import type { ZoneReader } from '../../../../src/store/zone-reader.ts';

export interface AskedMessage {
  readonly octets: Uint8Array;
  readonly tcp: boolean;
  readonly view: number;
}

/** As Answerer.answer wants it over TCP, and some to look at that nobody may write into. */
const roomOctets = 65_535 + 64;

export class TwoAnswerers {
  /** Responses that the cache gave. */
  foundCount = 0;
  readonly plain: Answerer;
  private readonly reader: ZoneReader;
  private readonly settings: AnswerSettings;
  private cached: Answerer;
  private readonly expected = new Uint8Array(roomOctets);
  private readonly got = new Uint8Array(roomOctets);

  constructor(reader: ZoneReader, settings: AnswerSettings) {
    this.reader = reader;
    this.settings = settings;
    this.plain = new Answerer(reader, settings);
    this.cached = this.makeCached();
  }

  /** Go on with an empty cache. */
  cool(): void {
    this.cached = this.makeCached();
  }

  /** Ask both, within one `enter` of the reader; what differs, as text. `offset` is where the responses are written. */
  compare({ octets, tcp, view }: AskedMessage, offset: number): string | undefined {
    const { plain, cached, expected, got } = this;
    const transport = tcp ? Transport.tcp : Transport.udp;
    const expectedOctets = plain.answer(octets, 0, octets.length, transport, view, expected, offset);
    const gotOctets = cached.answer(octets, 0, octets.length, transport, view, got, offset);
    const expectedText = told(plain);
    const gotText = told(cached);
    const isSame =
      expectedOctets === gotOctets &&
      expectedText === gotText &&
      Buffer.compare(
        expected.subarray(offset, offset + expectedOctets),
        got.subarray(offset, offset + expectedOctets),
      ) === 0;
    if (isSame) return undefined;
    const hex = (out: Uint8Array, length: number) => Buffer.from(out.subarray(offset, offset + length)).toString('hex');
    return `plain: ${expectedText} ${hex(expected, expectedOctets)}\ncached: ${gotText} ${hex(got, gotOctets)}`;
  }

  private makeCached(): Answerer {
    const cache = new ResponseCache(this.reader);
    const find = cache.find.bind(cache);
    const counted: typeof cache.find = (request, view, limitOctets) => {
      const isFound = find(request, view, limitOctets);
      if (isFound) this.foundCount++;
      return isFound;
    };
    Object.defineProperty(cache, 'find', { value: counted });
    return new Answerer(this.reader, this.settings, cache);
  }
}

/** What counters and logs are told of an answer: the same, too. */
function told({ outcome, rcode, zoneNumber, truncated }: Answerer): string {
  return `outcome ${outcome}, rcode ${rcode}, zone ${zoneNumber}, truncated ${truncated}`;
}
