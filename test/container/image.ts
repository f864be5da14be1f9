/** The project's Dockerfile, built for real without a daemon: buildah, with its storage in a folder that goes with it. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findCommand } from '../interop/lib/judge.ts';
import { npmSetting, writeBaseImage } from './base-image.ts';

const project = resolve(import.meta.dirname, '../..');
const base = 'localhost/ringzone-base:test';
const name = 'localhost/ringzone:test';

export interface ImageLayer {
  /** The instruction that made it. */
  readonly createdBy: string;
  readonly octets: number;
}

/** Why images can't be built here; `undefined` where they can. */
export function whyNotBuilt(): string | undefined {
  if (process.getuid?.() !== 0) return 'not root';
  const missing = ['buildah', 'podman', 'runc', 'nsenter', 'npm', 'ldd'].filter((it) => findCommand(it) === undefined);
  return missing.length === 0 ? undefined : `no ${missing.join(', ')}`;
}

export class Image {
  readonly name = name;
  private readonly folder = mkdtempSync(join(tmpdir(), 'ringzone-image-'));

  /** Build the base, then the image. Throws with what buildah said. */
  build(): void {
    writeFileSync(join(this.folder, 'registries.conf'), 'unqualified-search-registries = ["localhost"]\n');
    const context = join(this.folder, 'base');
    mkdirSync(context);
    writeBaseImage(context);
    this.buildah('--quiet', '-t', base, context);
    rmSync(context, { recursive: true });
    const cache = npmSetting('cache');
    const volumes = existsSync(cache) ? ['--volume', `${cache}:/root/.npm`] : [];
    this.buildah('--layers', '--build-arg', `NODE_IMAGE=${base}`, ...volumes, '-t', name, project);
  }

  /** What `podman image inspect` says: configuration and layers. */
  inspect(): Record<string, unknown> {
    return JSON.parse(this.podman('image', 'inspect', name))[0];
  }

  /** Those above the base, the lowest first; instructions that change no file are none. */
  layers(): readonly ImageLayer[] {
    const isAbove = this.history(name).length - this.history(base).length;
    const own = this.history(name).slice(0, isAbove).reverse();
    return own.filter(({ octets }) => octets > 0);
  }

  /** Run podman on this storage; gives what it prints to stdout. Throws where it fails. */
  podman(...words: readonly string[]): string {
    return this.podmanBoth(...words).stdout;
  }

  /** The same with stderr, which has podman's own warnings too. */
  podmanBoth(...words: readonly string[]): { readonly stdout: string; readonly stderr: string } {
    return this.run('podman', [
      ...this.storage(),
      '--cgroup-manager',
      'cgroupfs',
      '--events-backend',
      'file',
      ...words,
    ]);
  }

  /** With all containers. Nothing is left but npm's own cache. */
  remove(): void {
    for (const words of [
      ['rm', '--all', '--force', '--time', '0'],
      ['umount', '--all'],
    ]) {
      try {
        this.podman(...words);
      } catch (error) {
        console.warn(`${error}`);
      }
    }
    for (const mount of mountsBelow(this.folder)) spawnSync('umount', [mount]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private history(image: string): ImageLayer[] {
    const entries = JSON.parse(this.podman('history', '--format', 'json', '--no-trunc', image)) as {
      CreatedBy: string;
      size: number;
    }[];
    return entries.map(({ CreatedBy, size }) => ({ createdBy: CreatedBy, octets: size }));
  }

  /** `--format docker`: the other one has no HEALTHCHECK. */
  private buildah(...words: readonly string[]): void {
    const how = ['bud', '--isolation', 'chroot', '--pull-never', '--format', 'docker'];
    this.run('buildah', [...this.storage(), ...how, ...words]);
  }

  private storage(): string[] {
    const { folder } = this;
    return ['--storage-driver', 'overlay', '--root', join(folder, 'store'), '--runroot', join(folder, 'run')];
  }

  private run(command: string, words: readonly string[]): { readonly stdout: string; readonly stderr: string } {
    const { status, stdout, stderr } = spawnSync(command, words, {
      encoding: 'utf8',
      maxBuffer: 1e8,
      env: {
        ...process.env,
        CONTAINERS_REGISTRIES_CONF: join(this.folder, 'registries.conf'),
        // Temporary files beside the storage, which goes at the end.
        TMPDIR: this.folder,
      },
    });
    if (status === 0) return { stdout, stderr };
    throw new Error(
      `${command} ${words.slice(8).join(' ')} ended with ${status}\n${stdout.slice(-4000)}${stderr.slice(-4000)}`,
    );
  }
}

/** Those that the two programs leave behind, the innermost first. */
function mountsBelow(folder: string): string[] {
  const mounts = readFileSync('/proc/mounts', 'utf8').split('\n');
  const places = mounts.map((line) => line.split(' ')[1] ?? '');
  return places.filter((place) => place.startsWith(`${folder}/`)).reverse();
}
