/** Messages by what can be told of each: transport, opcode, type, RCODE, size, time. */
import { firstDurationMicroseconds, type SizeCounts, sizeBucketOctets } from '../../plane/counters.ts';
import { isOtherType, opcodeName, qtypeName, rcodeName } from '../statistics/code-names.ts';
import { type Bucket, histogramSamples, mergeBuckets } from './histogram.ts';
import type { MetricsSource, Sample } from './metric-family.ts';
import type { Scrape } from './scrape.ts';

/** Messages are counted in steps of 16 octets: the bounds are the last ones of a step. */
const requestBounds = [31, 47, 63, 95, 127, 255];
const responseBounds = [63, 127, 255, 511, 1023, 1231, 2047, 4095];

function sizeFamily(what: 'requests' | 'responses', bounds: readonly number[]) {
  return function* ({ sums }: Scrape): Generator<Sample> {
    for (const transport of ['udp', 'tcp'] as const) {
      const both = sums.sizes.filter((size) => size.transport === transport);
      yield* histogramSamples({ transport }, mergeBuckets(sizeBuckets(both, what), bounds));
    }
  };
}

/** Of both families together. */
function sizeBuckets(sizes: readonly SizeCounts[], what: 'requests' | 'responses'): readonly Bucket[] {
  const length = sizes[0]?.[what].length ?? 0;
  return Array.from({ length }, (_, index) => ({
    bound: index === length - 1 ? Number.POSITIVE_INFINITY : (index + 1) * sizeBucketOctets - 1,
    count: sizes.reduce((sum, size) => sum + (size[what][index] ?? 0), 0),
  }));
}

function* durationSamples({ sums }: Scrape): Generator<Sample> {
  for (const { transport, counts, seconds } of sums.durations) {
    const buckets = counts.map((count, index) => ({
      bound: index === counts.length - 1 ? Number.POSITIVE_INFINITY : (firstDurationMicroseconds * 2 ** index) / 1e6,
      count,
    }));
    yield* histogramSamples({ transport }, buckets, seconds);
  }
}

function* requestSamples({ sums }: Scrape): Generator<Sample> {
  for (const { transport, family, requests } of sums.sizes) {
    yield { labels: { transport, family: `ipv${family}` }, value: requests.reduce((sum, count) => sum + count, 0) };
  }
}

/** Types that were asked for; all others together as `other`. */
function* typeSamples({ sums }: Scrape): Generator<Sample> {
  let others = 0;
  for (const [type, count] of sums.qtypes.entries()) {
    if (isOtherType(type)) others += count;
    else if (count > 0) yield { labels: { type: qtypeName(type) }, value: count };
  }
  yield { labels: { type: 'other' }, value: others };
}

/** Codes that have names, and whatever else was seen. */
function* codeSamples(label: string, counts: readonly number[], nameOf: (code: number) => string): Generator<Sample> {
  for (const [code, count] of counts.entries()) {
    const name = nameOf(code);
    if (count > 0 || !/^(?:RESERVED)?\d+$/.test(name)) yield { labels: { [label]: name }, value: count };
  }
}

export const messageMetrics: MetricsSource = {
  title: 'Messages',
  families: [
    {
      name: 'ringzone_requests_total',
      type: 'counter',
      help: 'Messages received that are answered or would be, of any opcode',
      labels: ['transport', 'family'],
      samples: requestSamples,
    },
    {
      name: 'ringzone_requests_by_opcode_total',
      type: 'counter',
      help: 'The same by opcode, without those that could not be parsed',
      labels: ['opcode'],
      samples: ({ sums }) => codeSamples('opcode', sums.opcodes, opcodeName),
    },
    {
      name: 'ringzone_queries_total',
      type: 'counter',
      help: 'Queries by the type asked for',
      labels: ['type'],
      samples: typeSamples,
    },
    {
      name: 'ringzone_responses_total',
      type: 'counter',
      help: 'Responses by RCODE, without the messages of transfers',
      labels: ['rcode'],
      samples: ({ sums }) => codeSamples('rcode', sums.rcodes, rcodeName),
    },
    {
      name: 'ringzone_answer_duration_seconds',
      type: 'histogram',
      help: 'From the receipt of up to 64 datagrams, or of what one TCP connection sent, until their responses were with the kernel, counted for each message of them; the wait in the socket before is not in it',
      labels: ['transport'],
      samples: durationSamples,
    },
    {
      name: 'ringzone_request_size_bytes',
      type: 'histogram',
      help: 'Octets of a request',
      labels: ['transport'],
      samples: sizeFamily('requests', requestBounds),
    },
    {
      name: 'ringzone_response_size_bytes',
      type: 'histogram',
      help: 'Octets of a response, without the messages of transfers',
      labels: ['transport'],
      samples: sizeFamily('responses', responseBounds),
    },
  ],
};
