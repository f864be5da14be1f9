/** npm's registry with what node_modules has, so that an installation is tried without network. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';

export class LocalRegistry {
  readonly url: string;
  private readonly server: Server;
  private readonly tarballs = new Map<string, Buffer>();

  private constructor(server: Server, nodeModules: string) {
    this.server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    server.on('request', (request, response) => {
      const [name = '', tarball] = decodeURIComponent((request.url ?? '').slice(1)).split('/-/');
      const folder = join(nodeModules, name);
      if (!existsSync(join(folder, 'package.json'))) response.writeHead(404).end('{}');
      else if (tarball === undefined) response.end(JSON.stringify(this.describe(name, folder)));
      else response.end(this.pack(name, folder));
    });
  }

  static async start(nodeModules: string): Promise<LocalRegistry> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new LocalRegistry(server, nodeModules);
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  /** The one version that there is. */
  private describe(name: string, folder: string): unknown {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
    const integrity = `sha512-${createHash('sha512').update(this.pack(name, folder)).digest('base64')}`;
    const dist = { tarball: `${this.url}${name}/-/it.tgz`, integrity };
    const { version } = manifest;
    return { name, 'dist-tags': { latest: version }, versions: { [version]: { ...manifest, dist } } };
  }

  private pack(name: string, folder: string): Buffer {
    const known = this.tarballs.get(name);
    if (known !== undefined) return known;
    const args = ['-cf', '-', '--exclude=./node_modules', '--transform=s,^\\.,package,', '.'];
    const packed = execFileSync('tar', ['-I', 'gzip -1', ...args], { cwd: folder, maxBuffer: 200_000_000 });
    this.tarballs.set(name, packed);
    return packed;
  }
}

/** Where npm lies beside this Node, or in PATH. */
export function pathWithThisNode(before: string): string {
  return `${before}:${dirname(process.execPath)}:${process.env.PATH}`;
}
