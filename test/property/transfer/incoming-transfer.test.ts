import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { begin, messages, streamOf, take } from '../../unit/transfer/in/fixtures.ts';

const cases = [
  { name: 'axfr', fromSerial: undefined },
  { name: 'axfrInMany', fromSerial: undefined },
  { name: 'ixfr', fromSerial: 5 },
  { name: 'ixfrInMany', fromSerial: 5 },
  { name: 'ixfrWhole', fromSerial: 5 },
] as const;

const anyCase = fc.constantFrom(...cases);

function optionsOf(fromSerial: number | undefined) {
  return fromSerial === undefined ? {} : { fromSerial };
}

/** Cut into chunks after so many octets each, again and again. */
function* chunks(stream: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  for (let at = 0, i = 0; at < stream.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    yield stream.slice(at, at + size);
    at += size;
  }
}

describe('a transfer that comes in', () => {
  it('gives the same however it is cut into chunks', () => {
    fc.assert(
      fc.property(
        anyCase,
        fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 8 }),
        (which, sizes) => {
          const whole = take(messages(which.name), optionsOf(which.fromSerial));
          const { transfer, sink } = begin(optionsOf(which.fromSerial));
          for (const chunk of chunks(streamOf(messages(which.name)), sizes)) transfer.push(chunk);
          expect(transfer.isDone).toBe(true);
          expect(sink.lines).toEqual(whole.lines);
          expect(transfer.octets).toBe(whole.transfer.octets);
        },
      ),
    );
  });

  it('that ends anywhere before its end is not done', () => {
    fc.assert(
      fc.property(anyCase, fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), (which, part) => {
        const stream = streamOf(messages(which.name));
        const { transfer } = begin(optionsOf(which.fromSerial));
        transfer.push(stream.slice(0, Math.floor(part * stream.length)));
        transfer.end('end of file');
        expect(transfer.isDone).toBe(false);
        expect(transfer.problem?.text).toBe('end of file');
      }),
    );
  });

  it('with octets changed never throws, and is done or has a problem when it has ended', () => {
    const change = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(anyCase, fc.array(change, { minLength: 1, maxLength: 6 }), (which, changes) => {
        const stream = streamOf(messages(which.name));
        for (const [at, octet] of changes) stream[at % stream.length] = octet;
        const { transfer } = begin(optionsOf(which.fromSerial));
        transfer.push(stream);
        transfer.end('end of file');
        expect(transfer.isDone).toBe(transfer.problem === undefined);
      }),
      { numRuns: 2000 },
    );
  });

  it('of any octets never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (octets, isDifferences) => {
        const { transfer } = begin(optionsOf(isDifferences ? 5 : undefined));
        // A header that is believed, so that the rest is looked at.
        transfer.push(streamOf([Uint8Array.of(0x12, 0x34, 0x84, 0, 0, 0, 0, 3, 0, 0, 0, 0, ...octets)]));
        transfer.end('end of file');
        expect(transfer.isDone).toBe(transfer.problem === undefined);
      }),
      { numRuns: 2000 },
    );
  });
});
