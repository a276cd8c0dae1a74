import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { Change } from '../sessions/replica.js';
import { formatAddress } from './members.js';

const closed = { additionalProperties: false };
const Address = Type.String({ maxLength: 300, pattern: '^.+:\\d{1,5}$' });
export const MEMBERS_LIMIT = 256;

/** Who somebody is, where he listens and whom he knows: the first frame of each side. An empty host is the one that the connection comes from. */
const Hello = Type.Object(
  {
    node: Type.String({ minLength: 1, maxLength: 64 }),
    host: Type.String({ maxLength: 255 }),
    port: Type.Integer({ minimum: 1, maximum: 65_535 }),
    members: Type.Array(Address, { maxItems: MEMBERS_LIMIT }),
  },
  closed,
);
export type Hello = Static<typeof Hello>;

export const addressOf = ({ host, port }: Hello, remoteAddress: string): string =>
  formatAddress(host === '' ? remoteAddress : host, port);

/** Frames count up from 1 and are acknowledged; one without changes asks only for that. `whole`: he has told all that he knew. */
const Changes = Type.Object(
  { n: Type.Integer({ minimum: 1 }), changes: Type.Array(Change), whole: Type.Optional(Type.Literal(true)) },
  closed,
);
/** All frames up to that number have been merged. */
const Acknowledgement = Type.Object({ ack: Type.Integer({ minimum: 1 }) }, closed);

const Frame = Type.Union([Hello, Changes, Acknowledgement]);
export type Frame = Static<typeof Frame>;

const validator = Compile(Frame);
const LENGTH_BYTES = 4;
/** The largest session, a cart full of the longest items, has a sixth of that. */
const FRAME_LIMIT_BYTES = 1_048_576;

/** JSON after its length, 32 bits. */
export function encodeFrame(json: string): Buffer {
  const sizeBytes = Buffer.byteLength(json);
  const frame = Buffer.allocUnsafe(LENGTH_BYTES + sizeBytes);
  frame.writeUInt32BE(sizeBytes);
  frame.write(json, LENGTH_BYTES);
  return frame;
}

/** Cuts a stream of bytes into frames. Holds no more than one frame and what came with it. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  /** @throws Error for what is no frame */
  *read(chunk: Buffer): Generator<Frame> {
    let rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (rest.length >= LENGTH_BYTES) {
      const sizeBytes = rest.readUInt32BE();
      if (sizeBytes > FRAME_LIMIT_BYTES) throw new Error(`a frame of ${sizeBytes} bytes`);
      const end = LENGTH_BYTES + sizeBytes;
      if (rest.length < end) break;
      yield parseFrame(rest.toString('utf8', LENGTH_BYTES, end));
      rest = rest.subarray(end);
    }
    this.#rest = rest;
  }
}

function parseFrame(json: string): Frame {
  const frame: unknown = JSON.parse(json);
  if (!validator.Check(frame)) throw new Error('a frame of another kind');
  return frame;
}
