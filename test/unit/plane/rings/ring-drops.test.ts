import { expect, test } from 'vitest';
import { countDropped, createRing, RingReader, RingWriter } from '../../../../src/plane/rings/record-ring.ts';

test('what found no room is counted for ever, whoever asks for the news of it', () => {
  const ring = createRing(4096);
  const writer = new RingWriter(ring);
  const reader = new RingReader(ring, 64);
  for (let i = 0; i < 70; i++) {
    const at = writer.reserve(64);
    if (at >= 0) writer.views.putHead(at, 64, 1);
  }
  writer.publish();
  expect([countDropped(ring), reader.takeDropped(), countDropped(ring), reader.takeDropped()]).toEqual([6, 6, 6, 0]);
  expect(writer.reserve(64)).toBe(-1);
  expect([countDropped(ring), reader.takeDropped()]).toEqual([7, 1]);
});
