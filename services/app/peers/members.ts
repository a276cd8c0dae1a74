/** Tried again after so long, and gone for good where nobody but himself had named him. */
const RETRY_AFTER_MS = 250;
const FORGOTTEN_AFTER_MS = 60_000;

/** An address at which a peer listens, or may. */
export interface Member {
  readonly address: string;
  /** Named by the settings, or by the name server when it was asked last. */
  isNamed: boolean;
  /** Who listens there, once he has said it. */
  node: string | null;
  isDialling: boolean;
  /** Tried in vain since he was last there. */
  hasFailed: boolean;
  dialledMs: number;
  seenMs: number;
}

/** Where peers are, as far as it is known. Pure but for its clock. */
export class Members {
  readonly #members = new Map<string, Member>();
  readonly #limit: number;
  readonly #nowMs: () => number;

  constructor(limit: number, nowMs: () => number) {
    this.#limit = limit;
    this.#nowMs = nowMs;
  }

  get all(): readonly Member[] {
    return [...this.#members.values()];
  }

  /** @returns undefined where there are too many to take another one */
  add(address: string, isNamed = false): Member | undefined {
    const known = this.#members.get(address);
    if (known !== undefined) known.isNamed ||= isNamed;
    if (known !== undefined || this.#members.size >= this.#limit) return known;
    const nothing = { node: null, isDialling: false, hasFailed: false, dialledMs: -Infinity, seenMs: this.#nowMs() };
    const member: Member = { address, isNamed, ...nothing };
    this.#members.set(address, member);
    return member;
  }

  /** Those that a name has now, in place of those that it had. */
  rename(before: readonly string[], now: readonly string[]): void {
    for (const address of before) {
      const member = this.#members.get(address);
      if (member !== undefined && !now.includes(address)) member.isNamed = false;
    }
    for (const address of now) this.add(address, true);
  }

  /** Forgets who has long been gone. @returns whom to dial now @param isLinked whether there is a connection to him, or he is this process */
  due(isLinked: (member: Member) => boolean): Member[] {
    const nowMs = this.#nowMs();
    for (const member of this.all) {
      if (isLinked(member)) member.seenMs = nowMs;
      else if (!member.isNamed && nowMs - member.seenMs > FORGOTTEN_AFTER_MS) this.#members.delete(member.address);
    }
    return this.all.filter(
      (member) => !isLinked(member) && !member.isDialling && nowMs - member.dialledMs >= RETRY_AFTER_MS,
    );
  }
}

/** `host:port`, an IPv6 address in brackets. Undefined for anything else. */
export function parseAddress(address: string): { readonly host: string; readonly port: number } | undefined {
  const { host = '', port = '' } =
    /^(?<host>\[[\da-fA-F:.]+\]|[^:[\]/\s]+):(?<port>\d{1,5})$/.exec(address)?.groups ?? {};
  const number = Number(port);
  return host === '' || number < 1 || number > 65_535
    ? undefined
    : { host: host.replace(/^\[|\]$/g, ''), port: number };
}

export const formatAddress = (host: string, port: number): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;
