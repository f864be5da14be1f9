/** SRV targets that are steered: which are there, and how often each was the first of an answer. */
import { TargetState } from '../../plane/steering/steering-policy.ts';
import { nameText } from '../../wire/name.ts';
import { defaultViewName, viewNameOf } from '../config/views.ts';
import type { PlannedTarget } from '../steering/steering-plan.ts';
import { TargetStates } from '../steering/target-states.ts';
import type { Labels, MetricsSource, Sample } from './metric-family.ts';
import type { Scrape } from './scrape.ts';

const labels = ['zone', 'view', 'owner', 'target', 'port'];

/** Each of the table in force, with its state there. The same target may stand twice in a set, but not here. */
function* statesOf({ source }: Scrape): Generator<readonly [PlannedTarget, TargetState]> {
  const { table: buffer, targets } = source.steering().newest;
  if (buffer === undefined) return;
  const states = new TargetStates(buffer);
  const seen = new Set<number>();
  for (const planned of targets) {
    const entry = states.entryOf(planned);
    if (entry === 0 || seen.has(entry)) continue;
    seen.add(entry);
    yield [planned, states.stateOf(entry)];
  }
}

function labelsOf({ zone, owner, target, port }: PlannedTarget): Labels {
  const names = { zone: nameText(zone.apex), owner: nameText(owner), target: nameText(target), port };
  return withView(viewNameOf(zone), names);
}

function withView(
  view: string,
  { zone, owner, target, port }: { zone: string; owner: string; target: string; port: number },
): Labels {
  return { zone, ...(view === defaultViewName ? {} : { view }), owner, target, port: String(port) };
}

function* upSamples(scrape: Scrape): Generator<Sample> {
  for (const [target, state] of statesOf(scrape))
    yield { labels: labelsOf(target), value: state === TargetState.up ? 1 : 0 };
}

function* drainedSamples(scrape: Scrape): Generator<Sample> {
  for (const [target, state] of statesOf(scrape))
    if (state === TargetState.drained) yield { labels: labelsOf(target), value: 1 };
}

function* firstChoiceSamples({ source }: Scrape): Generator<Sample> {
  for (const choice of source.steering().firstChoices.read())
    yield { labels: withView(choice.view, choice), value: choice.count };
}

export const steeringMetrics: MetricsSource = {
  title: 'SRV targets',
  families: [
    {
      name: 'ringzone_target_up',
      type: 'gauge',
      help: '1 where an SRV target is answered as one that is there, 0 where it is down or drained; of zones with a policy or health checks',
      labels,
      isLong: true,
      samples: upSamples,
    },
    {
      name: 'ringzone_target_drained',
      type: 'gauge',
      help: '1 for SRV targets that an operator has drained; none for others',
      labels,
      isLong: true,
      samples: drainedSamples,
    },
    {
      name: 'ringzone_srv_first_choice_total',
      type: 'counter',
      help: 'Answers in which an SRV target came first, by the owner asked for',
      labels,
      isLong: true,
      samples: firstChoiceSamples,
    },
  ],
};
