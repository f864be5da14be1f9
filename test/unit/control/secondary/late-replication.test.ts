import { expect, it, vi } from 'vitest';
import { LateReplication } from '../../../../src/control/secondary/late-replication.ts';

const told: string[] = [];

vi.mock('../../../../src/control/secondary/replication.ts', () => ({
  Replication: class {
    constructor(config: unknown) {
      told.push(`made with ${String(config)}`);
    }
    start = () => told.push('start');
    stop = () => told.push('stop');
    configure = (config: unknown) => told.push(`configure ${String(config)}`);
    published = (published: unknown) => told.push(`published ${String(published)}`);
    secondary = (zone: unknown) => told.push(`secondary ${String(zone)}`);
    transfer = (report: unknown) => told.push(`transfer ${String(report)}`);
    takeNotify = (request: unknown) => told.push(`notify ${String(request)}`);
  },
}));

function make(): LateReplication {
  told.length = 0;
  return new LateReplication('first' as never, undefined as never, undefined as never);
}

it('loads nothing before the start, and is told then what came before, in order', async () => {
  const late = make();
  late.secondary(1 as never);
  late.configure('second' as never);
  late.published(2 as never);
  late.takeNotify(3 as never);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(told).toEqual([]);
  late.start(new SharedArrayBuffer(8), []);
  late.transfer(4 as never);
  await late.load();
  late.published(5 as never);
  expect(told).toEqual([
    'made with second',
    'secondary 1',
    'published 2',
    'notify 3',
    'start',
    'transfer 4',
    'published 5',
  ]);
});

it('starts nothing where it was stopped while its code was loaded', async () => {
  const late = make();
  late.start(new SharedArrayBuffer(8), []);
  late.stop();
  await late.load();
  late.published(1 as never);
  expect(told.filter((what) => what === 'start')).toEqual([]);
});
