/** Zones that are served beside those of the configuration, because `ctl` has been told to: what they are, not where they are kept. */
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { ValueSource } from '../config/complete-config.ts';
import type { Path } from '../config/yaml-source.ts';

/** As under `zones` in ringzone.yaml. */
export type ZoneSettings = Readonly<Record<string, unknown>>;

export interface AddedZone {
  readonly view: string;
  /** See `zoneNameKey`. */
  readonly name: string;
  /** `undefined`: the zone of the configuration that has this name is not served. */
  readonly settings: ZoneSettings | undefined;
  /** It stands for a zone of the configuration until that is read again, and is not kept. */
  readonly isPassing: boolean;
  /** Knows where the settings were written; its paths begin with `zones` and the name. */
  readonly source: ValueSource;
}

/** Immutable. */
export class AddedZones {
  /** The file that keeps them, absolute; `undefined`: there is no folder for it. */
  readonly path: string | undefined;
  /** What the file had when it was read or written; `undefined`: there was none. */
  readonly text: string | undefined;
  private readonly byKey: ReadonlyMap<string, AddedZone>;

  constructor(path: string | undefined, text: string | undefined, zones: readonly AddedZone[] = []) {
    this.path = path;
    this.text = text;
    this.byKey = new Map(zones.map((zone) => [keyOf(zone.view, zone.name), zone]));
  }

  get all(): readonly AddedZone[] {
    return [...this.byKey.values()];
  }

  /** Those that outlive the process. */
  get kept(): readonly AddedZone[] {
    return this.all.filter(({ isPassing }) => !isPassing);
  }

  find(view: string, name: string): AddedZone | undefined {
    return this.byKey.get(keyOf(view, name));
  }

  /** In the place of the one of this name, if there is one. */
  with(zone: AddedZone): AddedZones {
    const others = this.all.filter((other) => keyOf(other.view, other.name) !== keyOf(zone.view, zone.name));
    return new AddedZones(this.path, this.text, [...others, zone]);
  }

  without({ view, name }: Pick<AddedZone, 'view' | 'name'>): AddedZones {
    return new AddedZones(
      this.path,
      this.text,
      this.all.filter((zone) => zone.view !== view || zone.name !== name),
    );
  }

  /** The file has this text now. */
  written(text: string): AddedZones {
    return new AddedZones(this.path, text, this.all);
  }

  /** Found good, so that nobody asks for their places any more, which need much memory. */
  settled(): AddedZones {
    const source = placelessSource(this.path);
    return new AddedZones(
      this.path,
      this.text,
      this.all.map((zone) => ({ ...zone, source })),
    );
  }
}

/** Names that differ by case or a final dot are the same. */
export function zoneNameKey(name: string): string {
  return name.toLowerCase().replace(/(.)\.$/, '$1');
}

/** For values that were found good before. */
export function placelessSource(file: string | undefined): ValueSource {
  return {
    problem: (severity, code, message, _path: Path, _part, hint): Diagnostic => ({
      severity,
      code,
      message,
      hint,
      file,
    }),
  };
}

function keyOf(view: string, name: string): string {
  return `${name} ${view}`;
}
