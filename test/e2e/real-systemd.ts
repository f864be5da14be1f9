/** systemd itself, as a manager of services of this user, in a mount namespace of its own: nothing of the machine's is touched. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const program = ['/lib/systemd/systemd', '/usr/lib/systemd/systemd'].find((path) => existsSync(path));
const hasUnshare = spawnSync('unshare', ['--mount', 'true']).status === 0;
/** Root may make such a namespace. */
export const canRunSystemd = process.getuid?.() === 0 && program !== undefined && hasUnshare;

export class RealSystemd {
  private readonly shell: ChildProcess;
  private said = '';
  private count = 0;

  private constructor(folder: string) {
    this.shell = spawn('unshare', ['--mount', '/bin/sh', '-s'], { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'] });
    this.shell.stdout?.on('data', (data: Buffer) => {
      this.said += data;
    });
  }

  /** `folder`/units has the units. `undefined`: it doesn't run here. */
  static async start(folder: string): Promise<RealSystemd | undefined> {
    const systemd = new RealSystemd(folder);
    const setUp = [
      'mount --make-rprivate / && mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/system /run/manager /run/config/systemd',
      `ln -s ${join(folder, 'units')} /run/config/systemd/user`,
      // What the system's manager makes, to be put over what a service must not see.
      'cd /run/systemd && mkdir -m 0 -p inaccessible/dir && install -m 0 /dev/null inaccessible/reg && mkfifo -m 0 inaccessible/fifo',
      'mknod -m 0 inaccessible/chr c 0 0; mknod -m 0 inaccessible/blk b 0 0; cd - >/dev/null',
      'export XDG_RUNTIME_DIR=/run/manager XDG_CONFIG_HOME=/run/config SYSTEMD_LOG_TARGET=null',
      `${program} --user >/dev/null 2>&1 & manager=$!`,
      'for i in $(seq 100); do [ -S /run/manager/systemd/private ] && break; sleep 0.1; done',
    ];
    await systemd.run(setUp.join('\n'));
    const { code } = await systemd.run('timeout 10 systemctl --user list-units >/dev/null');
    if (code === 0) return systemd;
    await systemd.stop();
    return undefined;
  }

  /** `systemctl --user ...`; the exit code, and what it printed. */
  async ctl(...words: string[]): Promise<{ readonly code: number; readonly text: string }> {
    return await this.run(`timeout 60 systemctl --user ${words.join(' ')}`);
  }

  /** A property of a unit. */
  async show(unit: string, property: string): Promise<string> {
    return (await this.ctl('show', unit, '--value', '-p', property)).text.trim();
  }

  /** End it and its services. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.shell.once('close', resolve));
    // The namespace goes with its last process.
    this.shell.stdin?.end('kill $manager 2>/dev/null; sleep 0.3; kill -9 $manager 2>/dev/null; exit 0\n');
    await closed;
  }

  private async run(command: string): Promise<{ readonly code: number; readonly text: string }> {
    const mark = `done-${++this.count}`;
    const from = this.said.length;
    this.shell.stdin?.write(`${command}\necho "${mark} $?"\n`);
    for (let i = 0; i < 6000; i++) {
      const found = new RegExp(`^${mark} (\\d+)$`, 'm').exec(this.said.slice(from));
      if (found !== null) return { code: Number(found[1]), text: this.said.slice(from, from + found.index) };
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`no end of: ${command}\n${this.said.slice(from)}`);
  }
}
