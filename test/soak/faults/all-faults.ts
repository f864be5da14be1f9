import type { World } from '../world.ts';
import { badClients } from './bad-clients.ts';
import { endHealth } from './end-health.ts';
import { endWorker } from './end-worker.ts';
import type { Fault } from './fault.ts';
import { fillDisk } from './fill-disk.ts';
import { stallMain } from './stall-main.ts';
import { stopPrimaries } from './stop-primaries.ts';
import { takeDescriptors } from './take-descriptors.ts';

/** Those that can be done here, in the order in which they come. */
export function allFaults({ folder }: World): readonly Fault[] {
  return [
    endWorker('udp-1'),
    stallMain(5000),
    badClients,
    ...(folder.isDiskSmall ? [fillDisk] : []),
    endWorker('tcp-1'),
    takeDescriptors,
    stopPrimaries,
    endHealth,
    endWorker('udp-2'),
    stallMain(1000),
  ];
}
