/** The journal when the process, the disk or the file fails. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LoaderHarness, soa } from '../../unit/control/load/loader-harness.ts';

const writer = join(import.meta.dirname, 'update-writer.ts');
/** A run of an hour or so: RINGZONE_KILL_ROUNDS=200. */
const killRounds = Number(process.env.RINGZONE_KILL_ROUNDS ?? 4);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringzone-fault-'));
  for (const name of ['d.test', 'e.test']) writeFileSync(join(folder, name), soa(1));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Let the writer work until it has acknowledged `acknowledged` changes and some, then kill it; what it has said. */
async function killWriter(acknowledged: number): Promise<string> {
  const child = spawn(process.execPath, [writer, folder, '1000000', '4'], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (data: Buffer) => {
    said += data.toString();
    if (said.split('\n').length > acknowledged) child.kill('SIGKILL');
  });
  await new Promise((resolve) => child.once('close', resolve));
  return said;
}

function lastAcknowledged(said: string, name: string): number {
  return Math.max(
    1,
    ...said
      .split('\n')
      .filter((line) => line.startsWith(name))
      .map((line) => Number(line.split(' ')[1])),
  );
}

test(`kill -9 at any moment: each acknowledged change is there, no half one (${killRounds} rounds)`, async () => {
  const last = { 'd.test': 1, 'e.test': 1 };
  for (let round = 0; round < killRounds; round++) {
    const said = await killWriter(10 + ((round * 37 + Number(process.env.RINGZONE_SEED)) % 60));
    expect(said).not.toContain('failed');
    const harness = new LoaderHarness(folder);
    await harness.load(harness.dynamic('d.test'), harness.dynamic('e.test'));
    for (const name of ['d.test', 'e.test'] as const) {
      last[name] = Math.max(last[name], lastAcknowledged(said, name));
      const { serial = 0, trouble } = harness.zone(name);
      expect(trouble).toBeUndefined();
      expect(serial).toBeGreaterThanOrEqual(last[name]);
      last[name] = serial;
      expect(harness.records(name)).toEqual(expectedAt(name, serial));
    }
    await harness.loader.stop();
  }
});

/** The zone after all changes up to a serial. */
function expectedAt(name: string, serial: number): readonly string[] {
  const records = [`${name}. 300 IN NS ns.${name}.`, `ns.${name}. 300 IN A 192.0.2.1`];
  records.push(`${name}. 300 IN SOA ns.${name}. root.${name}. ${serial} 1800 600 604800 300`);
  for (let number = Math.max(2, serial - 19); number <= serial; number++) {
    for (const letter of 'ab') records.push(`${letter}${number}.${name}. 300 IN TXT "${number}"`);
  }
  return records.toSorted();
}

describe('what the kernel is asked for', () => {
  const hasStrace = spawnSync('strace', ['-V']).status === 0;

  test.skipIf(!hasStrace)('no acknowledgement precedes its flush; changes share one (skipped without strace)', () => {
    const trace = join(folder, 'trace');
    const calls = 'trace=write,pwrite64,pwritev,pwritev2,writev,fdatasync,fsync,msync,openat';
    // With a journal that is never too long each flush is that of changes.
    const args = ['-f', '-y', '-o', trace, '-e', calls, process.execPath, writer, folder, '40', '4', '1000000'];
    execFileSync('strace', args, { stdio: 'pipe' });
    const lines = readFileSync(trace, 'utf8').split('\n');
    const acknowledged = { d: 0, e: 0 };
    let flushes = 0;
    let isDataFlushed = false;
    for (const { begun, ended } of callMoments(lines)) {
      // An acknowledgement counts from where it begins, a flush from where it ends: the strict reading of both.
      const [, zone] = /write\(1<[^>]*>, "([de])\.test \d+\\n"/.exec(begun) ?? [];
      if (begun.includes('"loaded\\n"')) flushes = 0;
      else if (/fdatasync\(\d+<[^>]*data\.mdb>\)\s+= 0/.test(ended)) isDataFlushed = true;
      else if (isMetaWrite(ended)) {
        // The page that makes the flushed ones count, through a descriptor with O_DSYNC.
        expect(isDataFlushed, ended).toBe(true);
        isDataFlushed = false;
        flushes++;
      } else if (zone === 'd' || zone === 'e') {
        // A zone's changes come one after the other: the n-th has n flushes before it, or it is acknowledged too early.
        expect(flushes, begun).toBeGreaterThanOrEqual(++acknowledged[zone]);
      }
    }
    expect(acknowledged).toEqual({ d: 40, e: 40 });
    // What the two zones do at once shares a flush.
    expect(flushes).toBeLessThan(60);
    const meta = lines.filter((line) => /openat\(.*data\.mdb", .*O_DSYNC/.test(line));
    expect(meta.length).toBeGreaterThan(0);
  });
});

/**
 * The moments of a trace: a call's beginning, its end, or both where nothing came between.
 *
 * Where another thread calls meanwhile, strace writes a call in two lines:
 * `7 fdatasync(9<data.mdb> <unfinished ...>` and `7 <... fdatasync resumed>) = 0`.
 */
function* callMoments(lines: readonly string[]): Generator<{ begun: string; ended: string }> {
  const unfinished = new Map<string, string>();
  for (const line of lines) {
    const thread = line.split(' ', 1)[0] ?? '';
    const [, beginning] = /^(.*?) *<unfinished \.\.\.>$/.exec(line) ?? [];
    const [, end] = /^\d+ +<\.\.\. \w+ resumed>(.*)$/.exec(line) ?? [];
    if (beginning !== undefined) {
      unfinished.set(thread, beginning);
      yield { begun: beginning, ended: '' };
    } else if (end !== undefined) {
      yield { begun: '', ended: `${unfinished.get(thread) ?? ''}${end}` };
    } else {
      yield { begun: line, ended: line };
    }
  }
}

function isMetaWrite(line: string): boolean {
  return /pwrite64\(\d+<[^>]*data\.mdb>.*, 128, (40|4136)\) = 128/.test(line);
}

describe('a full disk', () => {
  const mount = () => join(folder, 'data');
  const isMounted = (): boolean => {
    mkdirSync(mount());
    return spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=300k', 'tmpfs', mount()]).status === 0;
  };

  test('a change is refused, the zone is served as it was, and goes on when there is room', async (context) => {
    if (!isMounted()) {
      context.skip('needs root, to mount a small tmpfs');
      return;
    }
    const harness = new LoaderHarness(folder);
    try {
      await harness.load(harness.dynamic('d.test'));
      const large = (i: number) => `l${i} TXT "${'x'.repeat(250)}" "${'y'.repeat(250)}" "${'z'.repeat(250)}"`;
      let done = 0;
      const fill = async () => {
        for (; done < 2000; done++) await harness.change('d.test', '', large(done));
      };
      await expect(fill()).rejects.toThrow(/no space left on the disk/);
      expect(done).toBeGreaterThan(10);
      expect(harness.zone('d.test').serial).toBe(1 + done);
      const served = harness.records('d.test');
      expect(served.length).toBe(3 + done);
      // Nothing torn: what is on disk leads to what is served.
      execFileSync('mount', ['-o', 'remount,size=4m', mount()]);
      await harness.change('d.test', '', 'after A 192.0.2.9');
      await harness.restart(harness.dynamic('d.test'));
      expect(harness.zone('d.test')).toMatchObject({ serial: 2 + done, trouble: undefined });
    } finally {
      await harness.loader.stop();
      execFileSync('umount', [mount()]);
    }
  });
});

describe('a damaged database', () => {
  const file = () => join(folder, 'data/journal/data.mdb');
  const zones = (harness: LoaderHarness) => [harness.dynamic('d.test'), harness.secondary('s.test')] as const;

  async function fill(): Promise<void> {
    const harness = new LoaderHarness(folder);
    await harness.load(...zones(harness));
    const more = Array.from({ length: 400 }, (_, i) => `h${i} TXT "${'x'.repeat(200)}"`).join('\n');
    await harness.replace('s.test', soa(5, `${more}\n`));
    for (let i = 0; i < 5; i++) await harness.change('d.test', '', `h${i} A 192.0.2.${i}`);
    await harness.loader.stop();
  }

  function overwrite(at: number, octets: Buffer): void {
    const descriptor = openSync(file(), 'r+');
    writeSync(descriptor, octets, 0, octets.length, at);
    closeSync(descriptor);
  }

  test.each([
    ['cut short', () => truncateSync(file(), Math.floor(statSync(file()).size / 2)), 'it is cut short'],
    ['cut to nothing but its beginning', () => truncateSync(file(), 100), 'it is cut short'],
    ['overwritten', () => writeFileSync(file(), Buffer.alloc(50_000, 0x5a)), 'it is not a database of LMDB'],
  ])('%s: named with the repair; the primary is served from its file, changes are refused', async (_, hurt, reason) => {
    await fill();
    hurt();
    const harness = new LoaderHarness(folder);
    await harness.load(...zones(harness));
    const [line] = harness.lines;
    expect(line).toMatchObject({ category: 'general', severity: 'critical' });
    expect(line?.message).toContain(`${file()} is damaged: ${reason}`);
    expect(line?.message).toContain('move it aside (mv ');
    expect(harness.zone('d.test').serial).toBe(6);
    await expect(harness.change('d.test', '', 'x A 192.0.2.1')).rejects.toThrow('is damaged');
    // It can be transferred and served all the same.
    await harness.replace('s.test', soa(5));
    await harness.loader.stop();
  });

  test('pages of garbage anywhere: never a crash', async () => {
    await fill();
    const good = readFileSync(file());
    let named = 0;
    for (let page = 2; page * 4096 < good.length; page += 1 + Math.floor(good.length / 4096 / 12)) {
      writeFileSync(file(), good);
      overwrite(
        page * 4096 + (page % 2) * 100,
        Buffer.from(Array.from({ length: 200 }, (_, i) => (i * 89 + page) & 255)),
      );
      const harness = new LoaderHarness(folder);
      await harness.load(...zones(harness));
      expect(harness.zone('d.test').serial).toBe(6);
      if (harness.lines.some(({ message }) => message.includes('damaged'))) named++;
      await harness.loader.stop();
    }
    expect(named).toBeGreaterThan(3);
  });
});
