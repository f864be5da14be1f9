/** The soak for a few seconds, so that it is known to run: its hours are those of `npm run soak`. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { SoakReport } from '../soak/report/report.ts';

const run = join(import.meta.dirname, '../soak/run.ts');
/** Time for two faults. */
const minutes = 0.2;

test('a run is good, and leaves nothing behind', { timeout: 180_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ringzone-soak-test-'));
  try {
    const report = join(folder, 'report.json');
    const args = [
      run,
      '--minutes',
      `${minutes}`,
      '--seed',
      `${process.env.RINGZONE_SEED}`,
      '--rate',
      '200',
      '--report',
      report,
    ];
    const child = spawn(process.execPath, args, {
      env: { ...process.env, TMPDIR: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data: Buffer) => {
        output += data;
      });
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect(code, output).toBe(0);
    expect(existsSync(report)).toBe(true);
    const { verdict, wrong, unanswered, answered, counts } = JSON.parse(readFileSync(report, 'utf8')) as SoakReport;
    expect({ verdict, wrong, unanswered }).toEqual({ verdict: 'good', wrong: 0, unanswered: 0 });
    expect(answered.udp).toBeGreaterThan(500);
    expect(Object.keys(counts)).toEqual(
      expect.arrayContaining(['reloads', 'updates', 'zones added', 'fault: worker udp-1 ends']),
    );
    expect(readdirSync(folder)).toEqual(['report.json']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
