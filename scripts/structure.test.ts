import { cruise, type ICruiseResult, type IFlattenedRuleSet } from 'dependency-cruiser';
import t from 'tap';

const TOP = 'services|balancer|bench';
/** Tried by the tests of services and by the bench alike. */
const ATTACKS = '^services/attacks/';
/** Talks to the balancer's admin listener. */
const CONSOLE = '^services/console/';
const PROTOCOLS = 'visits|saturation|offered-load|timeline|battery|race|population|storm|failover|replication';

/** Arrows between folders, as the READMEs state them. */
const ruleSet: IFlattenedRuleSet = {
  forbidden: [
    { name: 'no cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'top-level folders know each other only through contract.ts',
      severity: 'error',
      from: { path: `^(${TOP})/` },
      to: { path: `^(${TOP}|scripts)/`, pathNot: ['^$1/', `^(${TOP})/contract\\.ts$`, ATTACKS] },
    },
    {
      name: 'attacks know nothing of what they attack but its contract',
      severity: 'error',
      from: { path: ATTACKS },
      to: { path: `^(${TOP}|scripts)/`, pathNot: [ATTACKS, '^services/contract\\.ts$'] },
    },
    {
      name: 'what serves knows no attacks',
      severity: 'error',
      from: { path: '^(services|balancer)/', pathNot: [ATTACKS, '^services/testing/', '\\.test\\.ts$'] },
      to: { path: ATTACKS },
    },
    {
      name: 'services know neither the balancer nor the bench',
      severity: 'error',
      from: { path: '^services/', pathNot: CONSOLE },
      to: { path: '^(balancer|bench)/' },
    },
    {
      name: 'the console knows the balancer by its contract, and no bench',
      severity: 'error',
      from: { path: CONSOLE },
      to: { path: '^(balancer|bench)/', pathNot: '^balancer/contract\\.ts$' },
    },
    {
      name: 'the resource server shares no code that signs or reads secrets',
      severity: 'error',
      from: { path: '^services/resource/', pathNot: '\\.test\\.ts$' },
      to: { path: '^services/(secrets/|app/tokens/(access-tokens|keys|verifier)\\.ts$)' },
    },
    {
      name: 'the balancer does not know the bench',
      severity: 'error',
      from: { path: '^balancer/' },
      to: { path: '^bench/' },
    },
    {
      name: 'contracts are constants, schemas and types',
      severity: 'error',
      from: { path: `^(${TOP})/contract\\.ts$` },
      to: { path: `^(${TOP})/` },
    },
    {
      name: 'statistics and models import nothing outside themselves',
      severity: 'error',
      from: { path: '^bench/(stats|model)/', pathNot: '\\.test\\.ts$' },
      to: { path: `^(${TOP}|scripts)/`, pathNot: '^bench/$1/' },
    },
    {
      name: 'plugins of one kind never import each other',
      severity: 'error',
      from: {
        path: '/(strategies|policies|affinity|transport|batteries|races)/(?!index)[^/]+\\.ts$',
        pathNot: '\\.test\\.ts$',
      },
      to: {
        path: '/$1/[^/]+\\.ts$',
        pathNot: '/(strategy|policy|affinity|transport|node-call|battery|answers|race)\\.ts$',
      },
    },
    {
      name: 'a claim knows rules and measurements, and no other claim',
      severity: 'error',
      from: {
        path: '^bench/claims/(?!claim|rules|counted|joined|ends|measurements|evidence|judge|looks|needs|index)[^/]+\\.ts$',
        pathNot: '\\.test\\.ts$',
      },
      to: { path: '^bench/claims/', pathNot: '/(claim|rules|counted|joined|ends|measurements)\\.ts$' },
    },
    {
      name: 'a protocol knows no other protocol',
      severity: 'error',
      from: { path: `^bench/protocols/(${PROTOCOLS})\\.ts$` },
      to: { path: `^bench/protocols/(${PROTOCOLS})\\.ts$` },
    },
    {
      name: 'what is derived from rounds touches no cluster, no load and no file',
      severity: 'error',
      from: { path: '^bench/(claims|metrics|report|words|stats|model)/', pathNot: '\\.(test|fixture)\\.ts$' },
      to: { path: '^bench/(cluster|load|protocols)/|^(node:)?(fs|net|http|child_process)$' },
    },
    {
      name: 'the packages that send requests are known to their transport alone',
      severity: 'error',
      from: { path: '^balancer/', pathNot: '^balancer/transport/|\\.test\\.ts$' },
      to: { path: 'node_modules/(undici|http-proxy)/' },
    },
  ],
};

t.test('imports follow the arrows of the design', async (t) => {
  const { output } = await cruise(['services', 'balancer', 'bench', 'scripts'], {
    validate: true,
    ruleSet,
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
  });
  const { summary } = output as ICruiseResult;
  t.ok(summary.totalCruised > 50, `${summary.totalCruised} files were looked at`);
  t.same(
    summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`),
    [],
  );
});
