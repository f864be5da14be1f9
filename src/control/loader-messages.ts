/** What main and the loader thread say to each other. The arena's one writer is the loader thread. */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { WireName } from '../wire/name.ts';

/** A zone that shall be served. */
export interface ZoneToLoad {
  readonly name: string;
  readonly apex: WireName;
  readonly class: number;
  readonly file: string;
  readonly watch: boolean;
}

/** What became of one zone. */
export type ZoneOutcome = ZoneLoaded | ZoneRefused | ZoneNotRaised | ZoneChanged;

interface ZoneOf {
  readonly name: string;
  /** As logs name it: `rapidtech.phones/IN`. Written by the loader, so that main needs no table of names. */
  readonly title: string;
  readonly class: number;
  readonly file: string;
}

export interface ZoneLoaded extends ZoneOf {
  readonly kind: 'loaded';
  readonly serial: number;
  /** Of the version before; `undefined` where the zone was not loaded. */
  readonly previousSerial: number | undefined;
  readonly isSigned: boolean;
  readonly records: number;
  readonly loadMs: number;
  /** Warnings. */
  readonly diagnostics: readonly Diagnostic[];
}

/** The version before, if there is one, stays. */
export interface ZoneRefused extends ZoneOf {
  readonly kind: 'refused';
  readonly diagnostics: readonly Diagnostic[];
  /** The diagnostics in one line. */
  readonly refusal: string;
  readonly servedSerial: number | undefined;
}

/** A watched file changed and is good, but its serial is not newer than the served one, so it was not taken. */
export interface ZoneNotRaised extends ZoneOf {
  readonly kind: 'not-raised';
  readonly serial: number;
  readonly servedSerial: number;
}

/** It was refused, and its files changed since its reading began, so this was no last word: it is read once more. */
export interface ZoneChanged extends ZoneOf {
  readonly kind: 'changed';
}

export interface LoadSummary {
  readonly zones: number;
  /** Zones that have a version to answer from. */
  readonly loadedZones: number;
  readonly refusedZones: number;
  readonly records: number;
}

export type ToLoader =
  /** Serve exactly these zones: load those that are new, changed on disk or were refused before. */
  | { readonly kind: 'load'; readonly id: number; readonly zones: readonly ZoneToLoad[]; readonly strict: boolean }
  | { readonly kind: 'stop' };

export type FromLoader =
  | { readonly kind: 'started'; readonly arena: SharedArrayBuffer }
  | { readonly kind: 'loading'; readonly name: string }
  | { readonly kind: 'zone'; readonly outcome: ZoneOutcome }
  | { readonly kind: 'done'; readonly id: number; readonly summary: LoadSummary };
