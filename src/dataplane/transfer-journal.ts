import { existsSync } from 'node:fs';
import type { JournalReader } from '../transfer/journal/journal-reader.ts';

/**
 * The journal as transfers need it: opened at the start where there is one already, because that takes longer than others should
 * wait, else at the first IXFR that finds one.
 */
export class TransferJournal {
  private readonly folder: string | undefined;
  private reader: Promise<JournalReader | undefined> | undefined;
  private isLent = false;

  constructor(folder: string | undefined) {
    this.folder = folder;
  }

  /** Open it if it is there. */
  openEarly(): void {
    if (this.folder !== undefined && existsSync(this.folder)) void this.open();
  }

  /** `undefined` where there is none. */
  async open(): Promise<JournalReader | undefined> {
    if (this.folder === undefined || this.isLent) return undefined;
    this.reader ??= openJournal(this.folder);
    const reader = await this.reader;
    if (reader === undefined) this.reader = undefined;
    return reader;
  }

  /**
   * Close it until `takeBack`, without which whole zones are sent: LMDB tells its users apart by the numbers of their processes, and in
   * containers these are the same. An IXFR that reads it now ends, and its client asks again.
   */
  async lend(): Promise<void> {
    this.isLent = true;
    const { reader } = this;
    this.reader = undefined;
    await (await reader)?.close();
  }

  takeBack(): void {
    this.isLent = false;
  }

  async close(): Promise<void> {
    await (await this.reader)?.close();
  }
}

async function openJournal(folder: string): Promise<JournalReader | undefined> {
  try {
    const { JournalReader } = await import('../transfer/journal/journal-reader.ts');
    return await JournalReader.open(folder);
  } catch {
    // There is no journal yet, or it can't be read: whole zones are sent, and the loader, which writes it, tells of its state.
    return undefined;
  }
}
