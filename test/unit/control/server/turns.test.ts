import { expect, test } from 'vitest';
import { Turns } from '../../../../src/control/server/turns.ts';

test('one after the other, whatever becomes of each', async () => {
  const turns = new Turns();
  const done: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = turns.take(async () => {
    await gate.promise;
    done.push('first');
    throw new Error('a fault');
  });
  const second = turns.take(async () => done.push('second'));
  gate.resolve();
  await expect(first).rejects.toThrow('a fault');
  await second;
  expect(done).toEqual(['first', 'second']);
});

test('who holds a turn has it until the end', async () => {
  const turns = new Turns();
  const done: string[] = [];
  const before = turns.take(async () => done.push('before'));
  const end = await turns.hold();
  expect(done).toEqual(['before']);
  const behind = turns.take(async () => done.push('behind'));
  await new Promise((resolve) => setTimeout(resolve));
  expect(done).toEqual(['before']);
  end();
  await Promise.all([before, behind]);
  expect(done).toEqual(['before', 'behind']);
});
