/** The folder of a run: zone files, and what the server under test writes on a small disk of its own, where one can be mounted. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const diskOctets = '32m';

export class SoakFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'ringzone-soak-'));
  /** Whether `disk` has its own, small size. */
  readonly isDiskSmall: boolean;

  constructor() {
    const { disk } = this;
    mkdirSync(disk);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${diskOctets}`, 'tmpfs', disk]);
    this.isDiskSmall = mounted.status === 0;
    mkdirSync(join(disk, 'log'));
  }

  /** For journals, copies, logs and dynamic zones. */
  get disk(): string {
    return join(this.path, 'disk');
  }

  in(...names: readonly string[]): string {
    return join(this.path, ...names);
  }

  write(name: string, text: string): string {
    const path = this.in(name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  /** The file is the old one or the new one at any moment. */
  replace(name: string, text: string): void {
    renameSync(this.write(`${name}.new`, text), this.in(name));
  }

  remove(): void {
    if (this.isDiskSmall) spawnSync('umount', ['-l', this.disk]);
    rmSync(this.path, { recursive: true, force: true });
  }
}
