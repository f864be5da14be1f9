/**
 * A stand-in for node:24-bookworm-slim, which can't be pulled where there is no registry: this machine's shell, env and C
 * library, the Node that runs the tests, npm, and the user `node`. It has less than the real one, so what builds on it builds there.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findCommand } from '../interop/lib/judge.ts';

const certificates = '/etc/ssl/certs/ca-certificates.crt';

/** Write its file system, and a Dockerfile beside it, into `folder`, which there must be. */
export function writeBaseImage(folder: string): void {
  const root = join(folder, 'rootfs');
  for (const path of ['bin', 'etc/ssl/certs', 'root', 'usr/bin', 'usr/local/bin', 'usr/local/etc', 'var/lib']) {
    mkdirSync(join(root, path), { recursive: true });
  }
  mkdirSync(join(root, 'tmp'), { mode: 0o1777 });
  for (const [from, to] of [
    ['sh', 'bin/sh'],
    ['env', 'usr/bin/env'],
  ] as const) {
    copyProgram(findCommand(from) as string, root, to);
  }
  copyProgram(process.execPath, root, 'usr/local/bin/node');
  writeNpm(root);
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n');
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\nnode:x:1000:\n');
  writeFileSync(
    join(folder, 'Dockerfile'),
    'FROM scratch\nCOPY rootfs /\nENV PATH=/usr/local/bin:/usr/bin:/bin\nCMD ["node"]\n',
  );
}

/** With the libraries that it is linked to, where it looks for them. */
function copyProgram(from: string, root: string, to: string): void {
  copyFileSync(realpathSync(from), join(root, to));
  const libraries = execFileSync('ldd', [from], { encoding: 'utf8' }).match(/\/\S+(?= \(0x)/g) ?? [];
  for (const library of libraries) {
    mkdirSync(join(root, dirname(library)), { recursive: true });
    copyFileSync(realpathSync(library), join(root, library));
  }
}

/** With this host's registry, certificates, and no network where its cache has what is asked for. */
function writeNpm(root: string): void {
  const folder = dirname(dirname(realpathSync(findCommand('npm') as string)));
  cpSync(folder, join(root, 'usr/local/lib/node_modules/npm'), { recursive: true });
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(root, 'usr/local/bin/npm'));
  const settings = [`registry=${npmSetting('registry')}`, 'prefer-offline=true', 'update-notifier=false'];
  if (existsSync(certificates)) {
    copyFileSync(certificates, join(root, certificates));
    settings.push(`cafile=${certificates}`);
  }
  writeFileSync(join(root, 'usr/local/etc/npmrc'), `${settings.join('\n')}\n`);
}

/** What `npm config get` says. */
export function npmSetting(name: string): string {
  return execFileSync('npm', ['config', 'get', name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}
