import { type Claim, evidenceOf, notMeasured } from './claim.js';

export const tokenBytes: Claim = {
  id: 'token-bytes',
  statement: 'A token is bigger than a session id',
  prediction: 'bytes per request: token above session',
  experiment: 'request-cost',
  decide: (cells) => {
    const [token] = evidenceOf(cells, 'requestBytes', { strategy: 'jwt' });
    const sessions = ['memory', 'redis'].flatMap((strategy) => evidenceOf(cells, 'requestBytes', { strategy }));
    const evidence = [...(token ? [token] : []), ...sessions];
    const [session] = sessions;
    if (!token || !session) return notMeasured('needs jwt and a session strategy in one run', evidence);
    const bigger = sessions.every(({ estimate }) => token.estimate.low > estimate.high);
    const difference = Math.round(token.estimate.value - session.estimate.value);
    const because = `a request with a token has ${Math.abs(difference)} bytes ${difference < 0 ? 'less' : 'more'} than one with a session cookie`;
    return { verdict: bigger ? 'holds' : 'fails', evidence, because };
  },
};
