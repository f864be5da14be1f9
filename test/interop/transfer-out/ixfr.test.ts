/** Changes out to secondaries: a hundred random ones in a few serials, which each must get by IXFR and come to the same zone. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRandom } from '../../../bench/zones/sites.ts';
import { Folder, ServeProcess } from '../../e2e/serve-process.ts';
import { findCommand } from '../lib/judge.ts';
import { digRecords, digZone, readMasterFile } from './dig-zone.ts';
import { bindSecondary, knotSecondary, nsdSecondary, type SecondaryProgram } from './secondaries.ts';

const hosts = 400;
const serials = 10;
const changesPerSerial = 10;
const key = { name: 'xfr-key', algorithm: 'hmac-sha256', secret: 'c2VjcmV0IG9mIHRoZSB0cmFuc2ZlcnMgdGhlbXNlbHZlcw==' };

/** The zone's names and their last octets, changed at random. */
class ChangingZone {
  private readonly addresses = new Map(Array.from({ length: hosts }, (_, i) => [`h${i}`, i % 250]));
  private readonly random = createRandom(4711);
  serial = 1;

  change(): void {
    this.serial++;
    for (let i = 0; i < changesPerSerial; i++) {
      const name = `h${this.random() % (hosts + 100)}`;
      if (this.random() % 3 === 0) this.addresses.delete(name);
      else this.addresses.set(name, this.random() % 250);
    }
  }

  get text(): string {
    const head = `$TTL 300\n@ SOA ns1 hostmaster ${this.serial} 1 1 1209600 300\n@ NS ns1\nns1 A 192.0.2.1\n`;
    return (
      head + [...this.addresses].map(([name, octet]) => `${name} A 10.0.0.${octet}\n${name} TXT "${name}"\n`).join('')
    );
  }
}

describe.skipIf(findCommand('dig') === undefined || findCommand('named-compilezone') === undefined)('IXFR', () => {
  const folder = new Folder();
  const zone = new ChangingZone();
  let server: ServeProcess;
  let port: number;

  beforeAll(async () => {
    folder.write('zone', zone.text);
    folder.write(
      'ringzone.yaml',
      `listen: ["127.0.0.1:0"]
workers: 1
http: false
data-dir: data
keys: { ${key.name}: { algorithm: ${key.algorithm}, secret: "${key.secret}" } }
zones: { ixfr.test: { file: zone, allow-transfer: ["key ${key.name}", 127.0.0.1], ixfr-from-differences: true, max-ixfr-ratio: unlimited } }
logging: { channels: { all: { file: log, severity: info } }, categories: { xfer-out: [all] } }
`,
    );
    server = new ServeProcess([], { cwd: folder.path });
    port = await server.ready();
  });

  afterAll(async () => {
    await server.stop();
    folder.remove();
  });

  const log = () => readFileSync(join(folder.path, 'log'), 'utf8');
  const transfersTo = (style: string) =>
    log()
      .split('\n')
      .filter((line) => line.includes(`: ${style} started`)).length;

  async function changeTo(last: number): Promise<void> {
    while (zone.serial < last) {
      zone.change();
      folder.write('zone', zone.text);
      server.kill('SIGHUP');
      await server.waitFor(new RegExp(`zone ixfr\\.test/IN: loaded serial ${zone.serial}$`));
    }
  }

  describe.each<SecondaryProgram>([bindSecondary, nsdSecondary, knotSecondary])('to $name', (program) => {
    test.each([false, true])('with TSIG: %s', async (isSigned) => {
      const of = { zones: ['ixfr.test'], primaryPort: port, ...(isSigned ? { key } : {}) };
      const secondary = await program.start(of, { readyMs: 20_000 });
      if (secondary === undefined) return;
      try {
        expect(secondary.notLoaded, secondary.log()).toEqual([]);
        const before = transfersTo('IXFR') + transfersTo('IXFR: TSIG xfr-key');
        await changeTo(zone.serial + serials);
        const expected = readMasterFile('ixfr.test', join(folder.path, 'zone'));
        // It asks each second.
        const options = { timeout: 20_000, interval: 200 };
        await expect.poll(() => digZone(secondary.port, 'ixfr.test'), options).toEqual(expected);
        // The log is written within a second.
        const transfers = () => transfersTo('IXFR') + transfersTo('IXFR: TSIG xfr-key');
        await expect.poll(transfers, { ...options, message: secondary.log() }).toBeGreaterThan(before);
        expect(transfersTo('AXFR-style IXFR')).toBe(0);
      } finally {
        await secondary.stop();
      }
    });
  });

  test('to dig: all changes from the first serial on, one sequence for each', () => {
    const last = zone.serial;
    const records = digRecords(port, 'ixfr.test', 'IXFR=1');
    const soas = records.filter((line) => / SOA /.test(line)).map((line) => Number(line.split(' ')[6]));
    const steps = Array.from({ length: last - 1 }, (_, i) => [i + 1, i + 2]).flat();
    expect(soas).toEqual([last, ...steps, last]);
  });
});
