/**
 * What the catalogs gave, kept over restarts: members are served at once, also where a catalog is broken or expired by then
 * (RFC 9432 §5.1), and stay with the catalog that they came from.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CatalogMember } from '../../transfer/catalog/catalog-member.ts';
import { formatName } from '../../wire/name.ts';
import { parseZoneName, ValueProblem } from '../config/values.ts';
import { writeAtomically } from '../load/write-atomically.ts';

export interface KeptMember {
  readonly member: CatalogMember;
  readonly isOwned: boolean;
}

/** By the catalogs' keys. */
export type KeptMembers = ReadonlyMap<string, readonly KeptMember[]>;

interface StoredMember {
  readonly zone: string;
  readonly label: string;
  readonly groups?: readonly string[];
  readonly coo?: string;
  /** Served from this catalog, not from another one that lists it. */
  readonly owned: boolean;
}

/** Rejects where it can't be written. */
export async function writeMembers(dataDir: string, kept: KeptMembers): Promise<void> {
  const catalogs = Object.fromEntries([...kept].map(([catalog, members]) => [catalog, members.map(storedOf)]));
  const text = `${JSON.stringify({ version: 1, catalogs })}\n`;
  await writeAtomically(pathIn(dataDir), async (write) => write(Buffer.from(text).toString('latin1')));
}

/** Empty where there is nothing; a text says what is wrong with it. */
export function readMembers(dataDir: string): KeptMembers | string {
  let text: string;
  try {
    text = readFileSync(pathIn(dataDir), 'utf8');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? new Map() : `${(error as Error).message}`;
  }
  try {
    const { version, catalogs } = JSON.parse(text) as { version: unknown; catalogs: object };
    if (version !== 1) return `${pathIn(dataDir)} is of version ${String(version)}`;
    return new Map(Object.entries(catalogs).map(([catalog, list]) => [catalog, (list as unknown[]).map(keptOf)]));
  } catch (error) {
    return `${pathIn(dataDir)} is damaged: ${(error as Error).message}`;
  }
}

function pathIn(dataDir: string): string {
  return join(dataDir, 'catalog-members.json');
}

function storedOf({ member, isOwned }: KeptMember): StoredMember {
  const { apex, label, groups, newCatalog } = member;
  return {
    zone: formatName(apex),
    label,
    ...(groups.length === 0 ? {} : { groups }),
    ...(newCatalog === undefined ? {} : { coo: formatName(newCatalog) }),
    owned: isOwned,
  };
}

/** Throws on what `storedOf` has not made. */
function keptOf(stored: unknown): KeptMember {
  const { zone, label, groups = [], coo, owned } = stored as StoredMember;
  if (typeof label !== 'string' || !groups.every((group) => typeof group === 'string')) throw new Error('not a member');
  const newCatalog = coo === undefined ? undefined : nameOf(coo);
  return { member: { apex: nameOf(zone), label, groups, newCatalog }, isOwned: owned === true };
}

function nameOf(text: unknown) {
  const name = typeof text === 'string' ? parseZoneName(text) : undefined;
  if (name === undefined || name instanceof ValueProblem) throw new Error(`not a name: ${JSON.stringify(text)}`);
  return name;
}
