import { chownSync, mkdirSync, statfsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RootDatabase } from 'lmdb';
import { err, ok, type Result } from '../../base/result.ts';
import { checkLmdbFile } from '../../transfer/journal/check-lmdb-file.ts';
import { lmdbOptions } from '../../transfer/journal/lmdb-options.ts';
import { sealValue, unsealValue } from '../../transfer/journal/sealed-value.ts';
import { FileReserve } from './file-reserve.ts';
import { lockFolder } from './folder-lock.ts';

/** One change of the database: a value, or none to remove it. */
export interface JournalWrite {
  readonly key: Buffer;
  /** Parts of the payload; they stay as they are until the write is durable. */
  readonly payload: readonly Uint8Array[] | undefined;
}

interface Waiting {
  readonly writes: readonly JournalWrite[];
  resolve(): void;
  reject(error: Error): void;
}

/**
 * The journal's database: sealed values by key, written in groups. All writes that are asked for in one turn of the event
 * loop go into one transaction, and so into one flush: while a flush blocks this thread, more requests gather for the next.
 * Synchronous on purpose: committing on another thread costs more than the flush itself (measured: 0.9 ms against 3.7 ms).
 */
export class JournalDatabase {
  private readonly database: RootDatabase<Buffer, Buffer>;
  private readonly reserve: FileReserve;
  private readonly lock: { release(): void };
  private readonly folder: string;
  private waiting: Waiting[] = [];
  private flushTimer: NodeJS.Immediate | undefined;

  private constructor(database: RootDatabase<Buffer, Buffer>, lock: { release(): void }, folder: string) {
    this.database = database;
    this.reserve = new FileReserve(join(folder, 'data.mdb'));
    this.lock = lock;
    this.folder = folder;
  }

  /** Open or make the database in this folder; wait so long for another process to let go of it. The error is a sentence with what to do. */
  static async open(folder: string, patienceMs = 0): Promise<Result<JournalDatabase, string>> {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o750 });
    } catch (error) {
      return err(`the journal's folder ${folder} can't be made: ${textOf(error)}`);
    }
    const lock = await lockFolder(folder, patienceMs);
    if (lock === undefined)
      return err(`the journal in ${folder} is in use by another server; give each its own data-dir`);
    const opened = await openChecked(folder);
    if (!opened.ok) {
      lock.release();
      return opened;
    }
    try {
      return ok(new JournalDatabase(opened.value, lock, folder));
    } catch (error) {
      await opened.value.close();
      lock.release();
      return err(`the journal in ${folder} can't be opened: ${textOf(error)}`);
    }
  }

  /** The payload in memory of its own; `undefined`: there is none, `'damaged'`: what is there can't be trusted. */
  read(key: Buffer): Uint8Array | 'damaged' | undefined {
    const value = this.database.get(key);
    return value === undefined ? undefined : (unsealValue(key, value) ?? 'damaged');
  }

  /** Keys from `start` to before `end`. */
  keys(start: Buffer, end: Buffer): readonly Buffer[] {
    return [...this.database.getKeys({ start, end })];
  }

  /** Resolves when all of these are on disk, rejects when none of them is. */
  write(writes: readonly JournalWrite[]): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.waiting.push({ writes, resolve, reject });
    this.flushTimer ??= setImmediate(() => this.flush());
    return promise;
  }

  /** The same at once; throws where nothing of it could be written. */
  writeNow(writes: readonly JournalWrite[]): void {
    try {
      this.commit([{ writes }]);
    } catch (error) {
      throw new Error(this.describe(error));
    }
  }

  async close(): Promise<void> {
    this.flush();
    await this.database.close();
    this.reserve.close();
    this.lock.release();
  }

  private flush(): void {
    clearImmediate(this.flushTimer);
    this.flushTimer = undefined;
    const group = this.waiting;
    this.waiting = [];
    if (group.length === 0) return;
    try {
      this.commit(group);
    } catch (error) {
      const failure = new Error(this.describe(error));
      for (const { reject } of group) reject(failure);
      return;
    }
    for (const { resolve } of group) resolve();
  }

  /** Durable when it returns (see lmdbOptions); a part that fails undoes the whole. */
  private commit(group: readonly Pick<Waiting, 'writes'>[]): void {
    this.takeRoom(group.flatMap(({ writes }) => writes));
    this.database.transactionSync(() => {
      for (const { writes } of group) for (const write of writes) this.put(write);
    });
  }

  /** LMDB writes no page in place: what it changes gets new ones, at worst behind the last one. */
  private takeRoom(writes: readonly JournalWrite[]): void {
    const { pageSize, lastPageNumber, treeDepth, treeBranchPageCount, treeLeafPageCount } =
      this.database.getStats() as LmdbStatistics;
    const written = Math.ceil(writes.reduce((sum, write) => sum + pagesOf(write, pageSize), 0));
    const changed = Math.min(writes.length * (treeDepth + 1), treeBranchPageCount + treeLeafPageCount);
    // The numbers of pages that become free, eight octets each, stand in pages too.
    const free = 2 * treeDepth + Math.ceil((8 * lastPageNumber) / pageSize);
    this.reserve.take((lastPageNumber + 1 + written + changed + free + sparePages) * pageSize);
  }

  private put({ key, payload }: JournalWrite): void {
    if (payload === undefined) this.database.remove(key);
    else this.database.put(key, sealValue(key, ...payload));
  }

  /** LMDB says "Input/output error" for a write that was cut short, which mostly is a full disk. */
  private describe(error: unknown): string {
    const text = textOf(error);
    return `${isAlmostFull(this.folder) ? 'no space left on the disk' : text} (${this.folder})`;
  }
}

/** What `getStats` gives, of which the library's types say nothing. */
interface LmdbStatistics {
  readonly pageSize: number;
  readonly lastPageNumber: number;
  readonly treeDepth: number;
  readonly treeBranchPageCount: number;
  readonly treeLeafPageCount: number;
}

/** For the roots of both trees. */
const sparePages = 4;
/** Of a node, and of the seal of its value. */
const headOctets = 64;

/** What a value takes: pages of its own where it is large; else its part of leaves, which are half full where they were split. */
function pagesOf({ key, payload = [] }: JournalWrite, pageSize: number): number {
  const octets = payload.reduce((sum, part) => sum + part.length, key.length + headOctets);
  return octets > pageSize / 2 ? Math.ceil(octets / pageSize) : (2 * octets) / pageSize;
}

/** Less free than one transaction may need. */
const scarceOctets = 1 << 20;

function isAlmostFull(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize < scarceOctets;
  } catch {
    return false;
  }
}

async function openChecked(folder: string): Promise<Result<RootDatabase<Buffer, Buffer>, string>> {
  const file = join(folder, 'data.mdb');
  try {
    const damage = checkLmdbFile(file);
    if (damage !== undefined) return err(`the journal ${file} is damaged: ${damage}; ${howToRepair(folder)}`);
    const { open } = await import('lmdb');
    const database = open<Buffer, Buffer>(lmdbOptions(folder));
    giveAway(folder);
    return ok(database);
  } catch (error) {
    return err(`the journal ${file} can't be opened: ${textOf(error)}; if it is damaged, ${howToRepair(folder)}`);
  }
}

/** Opened by root before it becomes another user, the files belong to whom the data folder belongs. */
function giveAway(folder: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(dirname(folder));
  for (const path of [folder, join(folder, 'data.mdb'), join(folder, 'lock.mdb')]) {
    const before = statSync(path);
    // A sandbox may forbid the call altogether.
    if (before.uid !== uid || before.gid !== gid) chownSync(path, uid, gid);
  }
}

function howToRepair(folder: string): string {
  return (
    `stop the server, restore ${folder} from a backup or move it aside (mv ${folder} ${folder}.damaged), and start again: ` +
    'secondary zones are transferred anew, dynamic zones begin with their master files'
  );
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
