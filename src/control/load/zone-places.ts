import { publishedViewOf } from '../../store/image/published-view.ts';
import { zoneKeyText } from '../../store/image/zone-key.ts';
import type { ViewDeclaration, ZoneStore } from '../../store/zone-store.ts';
import { zoneIdOf } from '../../transfer/journal/zone-id.ts';
import type { ZoneToLoad } from '../loader-messages.ts';
import { publishes } from '../published/publishes.ts';
import { ZonePlace } from './zone-place.ts';

/** All zones of the configuration, by number and by what they are. */
export class ZonePlaces {
  private byText = new Map<string, ZonePlace>();
  private byNumber = new Map<number, ZonePlace>();

  get all(): readonly ZonePlace[] {
    return [...this.byText.values()];
  }

  get(number: number): ZonePlace | undefined {
    return this.byNumber.get(number);
  }

  find(view: number, zoneClass: number, apex: ZonePlace['id']['apex']): ZonePlace | undefined {
    return this.byText.get(zoneKeyText({ view, class: zoneClass, apex }));
  }

  /** Dynamic zones that will not be so any more: the next one to read their files must find all in them. */
  endingDynamic(zones: readonly ZoneToLoad[]): readonly ZonePlace[] {
    const stays = new Set(zones.filter(({ type, update }) => type === 'primary' && update !== undefined).map(textOf));
    return [...this.byText].filter(([text, place]) => place.isDynamic && !stays.has(text)).map(([, place]) => place);
  }

  /** Zones whose health is published, and will not be any more: secondaries must get them as configured. */
  endingPublished(zones: readonly ZoneToLoad[]): readonly ZonePlace[] {
    const staying = new Map(zones.map((zone) => [textOf(zone), zone]));
    return [...this.byText]
      .filter(([text, place]) => {
        const zone = staying.get(text);
        return place.published?.isWanted === true && zone !== undefined && isSameKind(place, zone) && !publishes(zone);
      })
      .map(([, place]) => place);
  }

  /** Those that are not among these zones. */
  goneFrom(zones: readonly ZoneToLoad[]): readonly ZonePlace[] {
    const stays = new Set(zones.map(textOf));
    return [...this.byText].filter(([text]) => !stays.has(text)).map(([, place]) => place);
  }

  /** There are exactly these zones now. Those that stay keep their place; work on those that go is waited for. */
  async declare(zones: readonly ZoneToLoad[], views: readonly ViewDeclaration[], store: ZoneStore): Promise<void> {
    const wanted = new Map(zones.map((zone) => [textOf(zone), zone]));
    const gone = [...this.byText].filter(([text, place]) => !isSameKind(place, wanted.get(text)));
    await Promise.all(gone.map(([, place]) => place.leave()));
    const published = zones.filter(publishes);
    const numbers = store.declareZones(
      [...zones, ...published.map(besideOf)].map((zone) => {
        const { allowQuery, allowTransfer, maxIxfrRatio, transferTimes } = zone;
        const transferSeconds = Math.ceil(transferTimes.outMs / 1000);
        const transferIdleSeconds = Math.ceil(transferTimes.idleOutMs / 1000);
        const lists = { allowQuery, allowTransfer };
        return { ...zoneIdOf(zone), ...lists, maxIxfrRatio, transferSeconds, transferIdleSeconds };
      }),
      views,
    );
    const before = this.byText;
    for (const [text] of gone) before.delete(text);
    this.byText = new Map(
      [...wanted].map(([text, zone], index) => {
        const number = numbers[index] as number;
        const known = before.get(text);
        // The arena's place may have been that of a secondary.
        if (known === undefined) store.setExpiry(number, 0);
        return [text, placeOf(known, zone, number)];
      }),
    );
    const beside = new Map(published.map((zone, index) => [textOf(zone), numbers[zones.length + index]]));
    for (const [text, place] of this.byText) setBeside(place, beside.get(text));
    this.byNumber = new Map([...this.byText.values()].map((place) => [place.number, place]));
  }
}

/** The zone beside one whose health is published. */
function besideOf(zone: ZoneToLoad): ZoneToLoad {
  return { ...zone, view: publishedViewOf(zone.view) };
}

function setBeside(place: ZonePlace, number: number | undefined): void {
  if (place.publishedNumber === number) return;
  place.publishedNumber = number;
  if (place.published !== undefined) place.published.besideSerial = undefined;
}

/** A zone that becomes a secondary, or ceases to be one, is another zone. */
function isSameKind(place: ZonePlace, zone: ZoneToLoad | undefined): boolean {
  return zone !== undefined && zone.type === place.config.type;
}

function placeOf(before: ZonePlace | undefined, zone: ZoneToLoad, number: number): ZonePlace {
  if (before === undefined) return new ZonePlace(zone, number);
  before.configure(zone);
  return before;
}

function textOf(zone: ZoneToLoad): string {
  return zoneKeyText(zone);
}
