import { type Cell, CONTROL } from '../../contract.js';
import { estimateAt, placeOf, valuesOf } from '../cells.js';
import { estimateInWords } from '../numbers.js';
import type { Presentation } from '../presentation.js';
import { capitalise, joinWords } from '../text.js';

const CPU = 'balancerCpuMicrosPerRequest';
const TO_HAPROXY = 'cpuRatioToHaproxy';
const TO_HTTP_PROXY = 'cpuRatioToHttpProxy';

/** The shapes of load, in the order of the file. */
function shapesOf(cells: readonly Cell[]): Cell['factors'][] {
  return valuesOf(cells, 'replyBytes').flatMap((replyBytes) =>
    valuesOf(cells, 'connections').map((connections) => ({ connections, replyBytes })),
  );
}

function describeShape(cells: readonly Cell[], shape: Cell['factors']): string[] {
  const measured = cells.filter(({ factors }) => !factors[CONTROL]);
  const costs = valuesOf(measured, 'proxy').flatMap((proxy) => {
    const factors = { proxy, ...shape };
    const cpu = estimateAt(measured, factors, CPU);
    if (cpu === undefined) return [];
    const ratio = estimateAt(measured, factors, TO_HAPROXY);
    const times = ratio === undefined ? '' : `, ${estimateInWords(ratio)} times HAProxy's`;
    return [{ micros: cpu.value, text: `${proxy} ${estimateInWords(cpu)}${times}` }];
  });
  if (costs.length === 0) return [];
  const cheapestFirst = costs.sort((a, b) => a.micros - b.micros).map(({ text }) => text);
  return [`${capitalise(placeOf(shape))}: CPU per request of ${cheapestFirst.join('; ')}.`];
}

function describeControl(cells: readonly Cell[]): string[] {
  const controls = cells.filter(({ factors }) => factors[CONTROL]);
  const ratios = controls.flatMap(({ factors: { proxy }, metrics }) => {
    const ratio = proxy === 'haproxy' ? metrics[TO_HAPROXY] : metrics[TO_HTTP_PROXY];
    return ratio === undefined ? [] : [estimateInWords(ratio)];
  });
  if (ratios.length === 0) return [];
  return [
    `The control is ${controls[0]?.factors.proxy} once more in every round, as if it were another. It costs ` +
      `${joinWords(ratios)} times itself: differences of this size are noise.`,
  ];
}

export const balancerCost: Presentation = {
  title: 'What the balancer costs',
  charts: [{ kind: 'bars', caption: 'CPU time per request of the proxy', metrics: [CPU] }],
  leading: [CPU, TO_HAPROXY, TO_HTTP_PROXY, 'throughputRps', 'addedP50Ms', 'addedP99Ms'],
  predictions: new Map(),
  answer: (cells) =>
    shapesOf(cells)
      .slice(0, 1)
      .flatMap((shape) => describeShape(cells, shape)),
  means: (cells) => [...shapesOf(cells).flatMap((shape) => describeShape(cells, shape)), ...describeControl(cells)],
  misleads: [
    'The balancer of this project writes forwarded headers, checks framing and retries; HAProxy and nginx are set up to do ' +
      'as little as they can: no logs, no checks, no added headers.',
    'Senders, proxies and upstreams share one machine and the loop is closed, so throughput and latency are those of a ' +
      'full machine. CPU time per request depends on it less, but other busy programs raise it, most for Node.js.',
    'The CPU time of HAProxy and nginx is read in ticks of 10 ms: a few percent of one round, less over all rounds, and ' +
      'within the interval.',
  ],
};
