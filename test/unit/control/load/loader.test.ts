import { expect, test } from 'vitest';
import { defaultZone } from '../../../../src/control/config/default-zone.ts';
import { Loader } from '../../../../src/control/load/loader.ts';
import type { FromLoader, ToLoader } from '../../../../src/control/loader-messages.ts';
import type { Log } from '../../../../src/control/log/log.ts';
import type { Thread, ThreadListener } from '../../../../src/control/workers/thread.ts';
import { wireNameFrom } from '../../../../src/wire/name.ts';

/** A thread that does what the test says. */
class FakeThread {
  readonly posted: ToLoader[] = [];
  isTerminated = false;
  private listener: ThreadListener | undefined;

  listen(listener: ThreadListener): void {
    this.listener = listener;
  }

  post(message: ToLoader): void {
    this.posted.push(message);
  }

  say(message: FromLoader): void {
    this.listener?.message(message);
  }

  die(): void {
    this.listener?.error(new Error('gone'));
  }

  async terminate(): Promise<void> {
    this.isTerminated = true;
  }
}

const summary = { zones: 1, loadedZones: 1, refusedZones: 0, waitingZones: 0, records: 3 };
const plain = defaultZone({ name: 'a.test', apex: wireNameFrom('a.test.'), class: 1, file: '/a' });
const dynamic = { ...plain, update: { kind: 'list', list: 0 } } as const;

function begin(): { thread: FakeThread; loader: Loader; said: string[] } {
  const thread = new FakeThread();
  const said: string[] = [];
  const log = {
    event: (category: string, severity: string, text: string) => said.push(`${category} ${severity} ${text}`),
  };
  return { thread, loader: new Loader(thread as unknown as Thread, log as unknown as Log), said };
}

async function loaded(zone: typeof plain): Promise<ReturnType<typeof begin>> {
  const begun = begin();
  const loading = begun.loader.load([zone], false, '/data');
  begun.thread.say({ kind: 'done', id: 1, summary });
  expect(await loading).toEqual(summary);
  expect(begun.thread.posted).toMatchObject([{ kind: 'load', dataDir: '/data' }]);
  return begun;
}

test('a stop waits until the files of dynamic zones are written', async () => {
  const { thread, loader } = await loaded(dynamic);
  const stopping = loader.stop();
  await new Promise(setImmediate);
  expect(thread.posted.at(-1)).toEqual({ kind: 'stop' });
  expect(thread.isTerminated).toBe(false);
  thread.say({ kind: 'stopped' });
  await stopping;
  expect(thread.isTerminated).toBe(true);
});

test('a stop waits for nothing where there is nothing to write, and not for a thread that is dead', async () => {
  const { thread, loader } = await loaded(plain);
  await loader.stop();
  expect(thread.isTerminated).toBe(true);
  const second = await loaded(dynamic);
  const stopping = second.loader.stop();
  second.thread.die();
  await stopping;
});

test('commands, lines and listeners', async () => {
  const { thread, loader, said } = await loaded(dynamic);
  const told: unknown[] = [];
  loader.listen({ published: (published) => told.push(published.serial), secondary: ({ name }) => told.push(name) });
  const results = loader.command('freeze', undefined);
  expect(thread.posted.at(-1)).toEqual({ kind: 'command', id: 2, command: 'freeze', zone: undefined, clean: false });
  thread.say({ kind: 'commanded', id: 2, results: [{ title: 'a.test/IN', problem: undefined }] });
  expect(await results).toEqual([{ title: 'a.test/IN', problem: undefined }]);
  thread.say({ kind: 'say', line: { category: 'general', severity: 'warning', message: 'look' } });
  expect(said).toEqual(['general warning look']);
  const id = { view: 0, class: 1, apex: plain.apex };
  const of = { zone: 0, id, name: 'a.test', title: 'a.test/IN' };
  thread.say({ kind: 'published', published: { ...of, class: 1, serial: 7, previousSerial: 6, reason: 'update' } });
  expect(told).toEqual([7]);
  const lost = loader.command('sync', id);
  thread.die();
  await expect(lost).rejects.toThrow('gone');
});
