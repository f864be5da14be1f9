/** A container of the built image, as docs/containers.md runs it: podman and runc, without a daemon, in network and mount namespaces of its own. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Image } from './image.ts';

/**
 * What an engine is told from outside. `--read-only-tmpfs=false`: not even /tmp; no shell either. The limits are below
 * those that a host without more rights can't pass on.
 */
const hardened = [
  ...['--network', 'none', '--runtime', 'runc', '--ulimit', 'nofile=1024:4096', '--ulimit', 'nproc=1024:4096'],
  ...['--health-interval', 'disable', '--read-only', '--read-only-tmpfs=false', '--cap-drop', 'ALL'],
  ...['--security-opt', 'no-new-privileges', '--memory', '256m', '--volume', '/dev/null:/bin/sh:ro'],
];

export interface Ended {
  readonly code: number;
  /** From the signal to the end of its process. */
  readonly ms: number;
}

export class Container {
  private readonly image: Image;
  private readonly id: string;

  /** `options` are podman's, `command` the server's; by default what the image says. */
  constructor(image: Image, options: readonly string[] = [], command: readonly string[] = []) {
    this.image = image;
    this.id = image.podman('run', '--detach', ...hardened, ...options, image.name, ...command).trim();
  }

  /** Of its first process, as this host counts. */
  get pid(): number {
    return Number(this.image.podman('inspect', this.id, '--format', '{{.State.Pid}}'));
  }

  /** What it has written to stdout and stderr. */
  logs(): string {
    const { stdout, stderr } = this.image.podmanBoth('logs', this.id);
    return stdout + stderr;
  }

  private isRunning(): boolean {
    return this.image.podman('inspect', this.id, '--format', '{{.State.Running}}').trim() === 'true';
  }

  /** Wait for its log to have this. */
  async waitFor(text: string): Promise<void> {
    for (let i = 0; i < 300; i++) {
      if (this.logs().includes(text)) return;
      if (!this.isRunning()) break;
      await sleep(100);
    }
    throw new Error(`no ${text} in the log:\n${this.logs()}`);
  }

  /** Run a program in it; gives what it prints. Throws where it fails. */
  exec(...words: readonly string[]): string {
    return this.image.podman('exec', this.id, ...words);
  }

  /** Whether the image's HEALTHCHECK passes. */
  isHealthy(): boolean {
    try {
      this.image.podman('healthcheck', 'run', this.id);
      return true;
    } catch {
      return false;
    }
  }

  /** Run a program of this host in its network. */
  inNetwork(...words: readonly string[]): string {
    return execFileSync('nsenter', ['-t', `${this.pid}`, '-n', ...words], { encoding: 'utf8' }).trim();
  }

  /** The lines of /proc/PID/NAME of its first process. */
  proc(name: string): readonly string[] {
    return readFileSync(`/proc/${this.pid}/${name}`, 'utf8').trim().split('\n');
  }

  /** Send the signal to its first process and wait for its end. */
  async end(signal: NodeJS.Signals): Promise<Ended> {
    const { pid } = this;
    const startedAt = performance.now();
    process.kill(pid, signal);
    while (isAlive(pid) && performance.now() - startedAt < 30_000) await sleep(5);
    const ms = performance.now() - startedAt;
    return { code: this.exitCode(), ms };
  }

  /** Wait for an end that comes by itself, or has come. */
  exitCode(): number {
    return Number(this.image.podman('wait', this.id));
  }

  remove(): void {
    this.image.podman('rm', '--force', '--time', '0', '--volumes', this.id);
  }
}

/** A process that has ended and that nobody has waited for is a zombie. */
function isAlive(pid: number): boolean {
  const { status, stdout } = spawnSync('ps', ['-o', 'stat=', '-p', `${pid}`], { encoding: 'utf8' });
  return status === 0 && !stdout.startsWith('Z');
}
