import { addresses } from './addresses.ts';
import { axfr } from './axfr.ts';
import { axfrIn } from './axfr-in.ts';
import { cold } from './cold.ts';
import { ednsDo } from './edns-do.ts';
import { flood } from './flood.ts';
import { limits } from './limits.ts';
import { load } from './load.ts';
import { million } from './million.ts';
import { querylog } from './querylog.ts';
import { randomNames } from './random-names.ts';
import { reload, reloadMillion } from './reload.ts';
import type { Scene } from './scene.ts';
import { scrape } from './scrape.ts';
import { sip } from './sip.ts';
import { steered } from './steered.ts';
import { tcp } from './tcp.ts';
import { updates } from './updates.ts';
import { workers } from './workers.ts';

/** In the order in which they are played. */
export const scenes: readonly Scene[] = [
  sip,
  million,
  ednsDo,
  querylog,
  steered,
  tcp,
  reload,
  cold,
  load,
  axfr,
  axfrIn,
  updates,
  randomNames,
  flood,
  limits,
  scrape,
  workers,
  addresses,
  reloadMillion,
];
