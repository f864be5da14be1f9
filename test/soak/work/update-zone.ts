/** Changes the dynamic zone by UPDATE (RFC 2136), one message after the other, each of which is one version. */
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeMessage } from '../../interop/lib/decode-message.ts';
import { buildQuery } from '../../interop/lib/dns-client.ts';
import { rcodeName, typeNumber } from '../../interop/lib/types.ts';
import { add, buildUpdate, removeRrset, textData, type UpdateRecord } from '../../interop/lib/update-message.ts';
import { TcpClient } from '../clients/tcp-client.ts';
import { UdpClient } from '../clients/udp-client.ts';
import { applyStep, nextStep, type ZoneStep } from '../model/contents.ts';
import type { ModelRecord } from '../model/zone-content.ts';
import type { World } from '../world.ts';

const pauseMs = 150;
const timeoutMs = 10_000;
const freezePart = 0.005;

export async function updateZone(world: World): Promise<void> {
  const client = await UdpClient.open(world.daemon.port);
  const tcp = new TcpClient(world.daemon.port);
  while (!world.isStopping) {
    await updateOnce(world, client, tcp);
    if (world.random() < freezePart) await freezeAndThaw(world);
    await sleep(pauseMs * 2 * world.random());
  }
  client.close();
  tcp.close();
}

async function updateOnce(world: World, client: UdpClient, tcp: TcpClient): Promise<void> {
  const { updated, random } = world;
  const step = nextStep(updated.newest, random);
  const next = applyStep(updated.newest, step);
  const wasTroubled = world.isTroubled;
  updated.offer(next);
  const { response } = await client.ask(buildUpdate(0, updated.apex, updateOf(step)), timeoutMs);
  const rcode = response === undefined ? undefined : (response[3] as number) & 15;
  if (rcode === 0) {
    world.count('updates');
    updated.confirm(next.serial);
    return;
  }
  const isExpected = wasTroubled || world.isTroubled;
  if (!isExpected) world.tell(`update to ${next.serial}: ${rcode === undefined ? 'no response' : rcodeName(rcode)}`);
  if (rcode !== undefined) {
    world.count(`updates refused (${rcodeName(rcode)})`);
    updated.withdraw(next.serial);
    return;
  }
  world.count('updates without a response');
  // It was done or not: what is served now tells, because nobody else changes the zone.
  const served = await askSerial(tcp, updated.apex);
  if (served === next.serial) updated.confirm(next.serial);
  else updated.withdraw(next.serial);
}

async function askSerial(client: TcpClient, apex: string): Promise<number> {
  for (;;) {
    const { response } = await client.ask(buildQuery({ name: apex, type: 'SOA' }), timeoutMs);
    if (response !== undefined) return Number(decodeMessage(response).answer[0]?.rdataText.split(' ')[2]);
    await sleep(100);
  }
}

/** While it is frozen it takes no updates; its file is what is served. */
async function freezeAndThaw(world: World): Promise<void> {
  for (const word of ['freeze', 'thaw']) {
    const wasTroubled = world.isTroubled;
    for (;;) {
      const reply = await world.control(world.daemon, word, world.updated.apex);
      if (reply.ok) break;
      if (!wasTroubled && !world.isTroubled) {
        world.tell(`ctl ${word}: ${reply.failure} ${reply.text}`);
        return;
      }
      if (world.isStopping) return;
      await sleep(500);
    }
    world.count(`ctl ${word}`);
  }
}

function updateOf({ removed, added }: ZoneStep): readonly UpdateRecord[] {
  return [
    ...removed.map(({ owner, type }) => removeRrset(owner, typeNumber(type))),
    ...added.map((record) => add(record.owner, typeNumber(record.type), dataOf(record), record.ttl)),
  ];
}

/** Of the types that steps have. */
function dataOf({ type, rdata }: ModelRecord): readonly number[] {
  return type === 'A' ? rdata.split('.').map(Number) : textData(rdata.slice(1, -1));
}
