import Type, { type Static, type TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { STRATEGIES, type StrategyName } from '../contract.js';
import type { Console } from './console.js';
import { type Act, type ActReply, PART_ACTS } from './contract.js';
import { BadAct } from './errors.js';
import { deployRolling, resetAll } from './long-acts.js';
import { actOnPart, DONE } from './part-acts.js';

interface Done {
  /** For the log. */
  readonly line?: string;
  readonly reply?: ActReply;
}

interface Row<A> {
  readonly schema: TSchema;
  /** Whether it changes the cluster or its users: those are done one after the other. */
  readonly inTurn: boolean;
  perform(console: Console, act: A): Promise<Done>;
}

const Strategy = Type.Enum(Object.keys(STRATEGIES) as StrategyName[]);
const Name = Type.String({ minLength: 1, maxLength: 100 });
const count = (maximum: number) => Type.Integer({ minimum: 1, maximum });

function row<Properties extends Record<string, TSchema>, A>(
  properties: Properties,
  inTurn: boolean,
  perform: (console: Console, act: A & Static<Type.TObject<Properties>>) => Promise<Done>,
): Row<A> {
  const schema = Type.Object({ do: Type.String(), ...properties }, { additionalProperties: false });
  return { schema, inTurn, perform: perform as Row<A>['perform'] };
}

type Table = { readonly [Name in Act['do']]: Row<Extract<Act, { do: Name }>> };

const ACTS: Table = {
  'sign-in': row({ strategy: Strategy, count: count(40) }, true, async ({ agents }, { strategy, count }) => {
    const requests = await agents.signIn(strategy, count);
    return { line: `${count === 1 ? '1 user' : `${count} users`} signed in with ${strategy}.`, reply: { requests } };
  }),
  click: row(
    { agents: Type.Optional(Type.Array(Name, { maxItems: 500 })), times: count(200) },
    false,
    async (console, { agents, times }) => ({ reply: { requests: await console.agents.click(agents, times) } }),
  ),
  'sign-out': row({ agent: Name }, true, async ({ agents }, { agent }) => {
    await agents.signOut(agent);
    return { line: `${agent} signed out.` };
  }),
  steal: row({ agent: Name }, true, async ({ agents }, { agent }) => {
    agents.steal(agent);
    return { line: `A thief has copied what ${agent} presents.` };
  }),
  'forget-agents': row({}, true, async ({ agents }) => {
    agents.forget();
    return { line: 'All users are gone.' };
  }),
  pace: row({ requestsPerSecond: Type.Number({ minimum: 0, maximum: 200 }) }, false, async (console, act) => {
    console.setPace(act.requestsPerSecond);
    return {};
  }),
  route: row({ strategy: Strategy, policy: Name, affinity: Name }, true, async ({ admin }, act) => {
    const { strategy, policy, affinity } = act;
    await admin.setRoute({ prefix: `/${strategy}`, policy, affinity });
    return { line: `/${strategy} is routed by ${policy}, affinity ${affinity}.` };
  }),
  part: row({ part: Name, act: Type.Enum([...PART_ACTS]) }, true, async (console, { part, act }) => {
    await actOnPart(console, part, act);
    return { line: `${part} ${DONE[act]}.` };
  }),
  'add-instance': row({}, true, async ({ control }) => {
    await control.order({ do: 'add' });
    return { line: 'An instance was added.' };
  }),
  'rolling-deploy': row({}, true, async (console) => {
    await deployRolling(console);
    return { line: 'All instances are new.' };
  }),
  reset: row({}, true, async (console) => {
    await resetAll(console);
    return { line: 'All is as at the start.' };
  }),
};

/** Acts of all pages. @throws ConsoleError */
export function createActs(console: Console): (body: unknown) => Promise<ActReply> {
  let turn: Promise<unknown> = Promise.resolve();
  return async (body) => {
    const { name, act } = readAct(body);
    const { inTurn, perform } = ACTS[name] as Row<Act>;
    const run = async () => {
      const { line, reply = {} } = await perform(console, act).finally(() => (inTurn ? console.refresh() : undefined));
      if (line !== undefined) console.log(line, 'act');
      return reply;
    };
    if (!inTurn) return run();
    const done = turn.then(run);
    turn = done.catch(() => {});
    return done;
  };
}

/** @throws BadAct */
function readAct(body: unknown): { readonly name: Act['do']; readonly act: Act } {
  const name = (body as { do?: unknown } | null)?.do;
  if (typeof name !== 'string' || !Object.hasOwn(ACTS, name))
    throw new BadAct(`The body must be {"do": …}, one of ${Object.keys(ACTS).join(', ')}.`);
  const { schema } = ACTS[name as Act['do']];
  const [wrong] = Value.Errors(schema, body);
  if (wrong) throw new BadAct(`${name}: ${wrong.instancePath || 'the body'} ${wrong.message}.`);
  return { name: name as Act['do'], act: body as Act };
}
