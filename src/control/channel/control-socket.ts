/** The server's end: a Unix socket that its owner and its group may use, and nobody else. */
import { chmodSync, existsSync, lstatSync, renameSync, rmSync, type Stats, unlinkSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { err, ok, type Result } from '../../base/result.ts';
import { reasonOf } from '../../zonefile/zone-source.ts';
import { makeSocketFolder, pathProblem, temporaryPath } from './socket-path.ts';

const socketMode = 0o660;
/** Who doesn't even accept within this is no dead server's socket either. */
const probeMs = 2000;

export interface SocketOptions {
  readonly path: string;
  /** Take the place of a server that is alive, as its sockets are taken. */
  readonly takeover: boolean;
  accept(socket: Socket): void;
}

/** Owns the socket and its name in the file system. */
export class ControlSocket {
  readonly path: string;
  private readonly server: Server;
  private readonly inode: number;

  private constructor(path: string, server: Server) {
    this.path = path;
    this.server = server;
    this.inode = lstatSync(path).ino;
  }

  /** A socket that a dead server has left is replaced; one that is answered only with `takeover`. */
  static async open({ path, takeover, accept }: SocketOptions): Promise<Result<ControlSocket, string>> {
    const problem = pathProblem(path) ?? makeSocketFolder(path, undefined) ?? (await occupant(path, takeover));
    if (problem !== undefined) return err(problem);
    // A client may end its half and still read what it asked for.
    const server = createServer({ allowHalfOpen: true }, accept);
    const temporary = temporaryPath(path);
    try {
      rmSync(temporary, { force: true });
      await listen(server, temporary);
      chmodSync(temporary, socketMode);
      renameSync(temporary, path);
      return ok(new ControlSocket(path, server));
    } catch (error) {
      server.close();
      return err(reasonOf(error));
    }
  }

  /** Whether the name still leads here. */
  get isInPlace(): boolean {
    return lstatSync(this.path, { throwIfNoEntry: false })?.ino === this.inode;
  }

  /** Take no more connections. The name is removed unless another server has it now. */
  close(): void {
    this.server.close();
    try {
      if (this.isInPlace) unlinkSync(this.path);
    } catch {
      // It is gone already, or can't be removed; the next server finds nobody behind it.
    }
  }
}

/** Why the path can't be taken. */
async function occupant(path: string, takeover: boolean): Promise<string | undefined> {
  if (!existsSync(path)) return undefined;
  let stats: Stats;
  try {
    stats = lstatSync(path);
  } catch (error) {
    return reasonOf(error);
  }
  if (!stats.isSocket()) return 'a file of that name exists, and is no socket';
  if (takeover || !(await isAnswered(path))) return undefined;
  return 'another server answers there';
}

async function listen(server: Server, path: string): Promise<void> {
  const listening = Promise.withResolvers<void>();
  // Later ones are of single connections that could not be accepted.
  server.on('error', (error) => listening.reject(error));
  server.once('listening', () => listening.resolve());
  // Node binds within the call: not for a moment may others connect. Folders that other threads make meanwhile need their x.
  const mask = process.umask(0o007);
  try {
    server.listen(path);
  } finally {
    process.umask(mask);
  }
  await listening.promise;
}

/** Anything but a refusal may be a server that is alive. */
function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const end = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket.once('connect', () => end(true));
    socket.on('error', ({ code }: NodeJS.ErrnoException) => end(code !== 'ECONNREFUSED' && code !== 'ENOENT'));
    socket.setTimeout(probeMs, () => end(true));
  });
}
