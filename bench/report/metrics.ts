import { formatUnit } from './numbers.js';
import { capitalise, wordsOf } from './text.js';

/** What people call a metric. A metric that is not here is called by the words of its name. */
const LABELS = new Map([
  ['successRatio', 'Recognised requests'],
  ['loginsPerPageView', 'Logins per page view'],
  ['instanceCpuMicrosPerPageView', 'Instance CPU per page view'],
  ['passwordHashCpuMicrosPerPageView', 'Password-hash CPU per page view'],
  ['instanceCpuMicrosPerRequest', 'Instance CPU per request'],
  ['balancerCpuMicrosPerRequest', 'Balancer CPU per request'],
  ['storeCpuMicrosPerRequest', 'Store CPU per request'],
  ['generatorCpuMicrosPerRequest', 'Load generator CPU per request'],
  ['instanceCpuRatioToNone', 'Instance CPU against no authentication'],
  ['throughputRps', 'Throughput'],
  ['goodputRps', 'Goodput'],
  ['latencyP50Ms', 'Latency, median'],
  ['latencyP99Ms', 'Latency, 99th percentile'],
  ['requestBytes', 'Request size'],
  ['responseBytes', 'Response size'],
  ['storeTripsPerRequest', 'Store trips per request'],
  ['databaseTripsPerRequest', 'Database trips per request'],
]);

export function metricLabel(metric: string): string {
  return LABELS.get(metric) ?? capitalise(wordsOf(metric));
}

/** The part of a unit that a title does not say already: "µs/page view" beside "CPU per page view" is "µs". */
export function unitBeside(title: string, unit: string): string {
  const said = title.toLowerCase();
  const [above = '', below] = formatUnit(unit).split('/');
  const rest = said.includes(above.toLowerCase()) ? '' : above;
  return below === undefined || said.includes(`per ${below.toLowerCase()}`) ? rest : formatUnit(unit);
}

export function withUnit(title: string, unit: string): string {
  const rest = unitBeside(title, unit);
  return rest === '' ? title : `${title}, ${rest}`;
}
