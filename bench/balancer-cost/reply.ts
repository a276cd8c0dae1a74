/** What the upstreams answer, as both their process and the driver know it. Constants and types only. */

/** Bodies in bytes: small enough that a request is all overhead, and larger than what a proxy passes on in one piece. */
export const REPLY_BYTES = [300, 65_536] as const;
export type ReplyBytes = (typeof REPLY_BYTES)[number];

/** The address of a reply. */
export function replyPath(bytes: ReplyBytes): string {
  return `/reply/${bytes}`;
}

/** GET → `{"replies": n}`: how many replies this upstream has given. Health checks do not count. */
export const COUNT_PATH = '/count';
export interface ReplyCount {
  readonly replies: number;
}

/** Header of every reply: which upstream gave it. */
export const UPSTREAM_HEADER = 'x-upstream';
