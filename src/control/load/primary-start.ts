/** What a primary zone with a journal begins with: its master file and what the journal adds to it. */
import { isNewerSerial } from '../../base/serial.ts';
import type { Delta } from '../../transfer/journal/delta.ts';
import type { StoredZone } from '../../transfer/journal/stored-zone.ts';
import type { ZoneId } from '../../transfer/journal/zone-id.ts';
import type { Journal } from '../journal/journal.ts';

export type PrimaryStart =
  /** The file is all there is; a journal that there was ends. */
  | { readonly kind: 'file'; readonly note?: string; readonly setAside: readonly Delta[] }
  /** Put these changes on the file. */
  | {
      readonly kind: 'replay';
      readonly deltas: readonly Delta[];
      readonly note?: string;
      readonly damage?: string | undefined;
    }
  /** Serve the file, and take no change before a person has looked at it. */
  | { readonly kind: 'trouble'; readonly trouble: string };

/** `contentSignature` is that of the file now; `fileSerial` its serial. */
export function decideStart(
  journal: Journal,
  id: ZoneId,
  isDynamic: boolean,
  fileSerial: number,
  contentSignature: string,
): PrimaryStart {
  const stored = journal.readZone(id);
  if (stored === undefined) return { kind: 'file', setAside: [] };
  if (stored === 'damaged') {
    return { kind: 'trouble', trouble: 'its record in the journal is damaged: which changes there were is not known' };
  }
  const isSameFile = stored.file === contentSignature;
  const { newest, base } = stored;
  if (!isDynamic) return startStatic(journal, id, stored, fileSerial, isSameFile);
  if (fileSerial === newest.serial || fileSerial === base.serial) {
    return replayFrom(journal, id, stored, fileSerial, isSameFile ? undefined : editNote(stored, fileSerial));
  }
  if (isNewerSerial(fileSerial, newest.serial)) {
    const { deltas } = journal.readChain(id, stored, base.serial);
    const note = `its file was changed by hand and has a newer serial (${fileSerial}) than the journal (${newest.serial}): the file counts`;
    return { kind: 'file', note, setAside: deltas };
  }
  const chain = journal.readChain(id, stored, fileSerial);
  if (chain.damage === undefined && chain.deltas.length > 0) {
    const note = `its file is an older one (serial ${fileSerial}); the journal leads on to ${newest.serial}`;
    return { kind: 'replay', deltas: chain.deltas, note };
  }
  const gap = `its file has serial ${fileSerial}, the journal begins at ${base.serial} and ends at ${newest.serial}`;
  return { kind: 'trouble', trouble: `journal out of sync with zone: ${gap}` };
}

/**
 * The journal of a static zone is for IXFR alone: it goes on where the file is the one that it ends with. Changes that no file has
 * are those of a zone that took updates before a crash, and does not any more.
 */
function startStatic(
  journal: Journal,
  id: ZoneId,
  stored: StoredZone,
  fileSerial: number,
  isSameFile: boolean,
): PrimaryStart {
  const { base, newest } = stored;
  if (fileSerial === newest.serial && isSameFile) return { kind: 'replay', deltas: [] };
  const isWritten = base.mark === newest.mark || fileSerial === newest.serial;
  return { kind: 'file', setAside: isWritten ? [] : journal.readChain(id, stored, base.serial).deltas };
}

function replayFrom(
  journal: Journal,
  id: ZoneId,
  stored: StoredZone,
  fileSerial: number,
  note: string | undefined,
): PrimaryStart {
  const { deltas, damage } = journal.readChain(id, stored, fileSerial);
  return { kind: 'replay', deltas, damage, ...(note === undefined ? {} : { note }) };
}

/** The file's text is another one under a serial that is known. */
function editNote({ base, newest }: StoredZone, fileSerial: number): string | undefined {
  // Written, and then the server ended before it could note it: the file is as it should be.
  if (fileSerial === newest.serial && base.serial !== newest.serial) return undefined;
  return (
    `its file was changed by hand and its serial (${fileSerial}) was not raised: secondaries will not see that change; ` +
    'freeze a dynamic zone before its file is edited, and raise the serial'
  );
}
