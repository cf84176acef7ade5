/**
 * What goes between a process and its runner: the length in bytes, in four of them; what it is, as JSON; and after a line end a
 * text that is handed on as it is.
 */
export function frame(head: object, text = ''): Buffer {
  const body = Buffer.from(`${JSON.stringify(head)}\n${text}`);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(body.length);
  return Buffer.concat([length, body]);
}

const LENGTH_BYTES = 4;

type OnFrame = (head: string, text: string) => void;

/** Puts frames together again, from chunks as a pipe gives them. */
export class FrameReader {
  readonly #maxBytes: number;
  readonly #onFrame: OnFrame;
  #chunks: Buffer[] = [];
  #bytes = 0;

  /** @param maxBytes Of one frame. */
  constructor(maxBytes: number, onFrame: OnFrame) {
    this.#maxBytes = maxBytes;
    this.#onFrame = onFrame;
  }

  /** @returns Whether to go on: `false` once a frame is longer than it may be. Nothing is kept of it. */
  push(chunk: Buffer): boolean {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    for (;;) {
      if (this.#bytes < LENGTH_BYTES) return true;
      const end = LENGTH_BYTES + this.#joined(LENGTH_BYTES).readUInt32BE();
      if (end > this.#maxBytes) {
        this.#chunks = [];
        this.#bytes = 0;
        return false;
      }
      if (this.#bytes < end) return true;
      const whole = this.#joined(end);
      this.#chunks = [whole.subarray(end)];
      this.#bytes = whole.length - end;
      const body = whole.toString('utf8', LENGTH_BYTES, end);
      const lineEnd = body.indexOf('\n');
      this.#onFrame(body.slice(0, lineEnd), body.slice(lineEnd + 1));
    }
  }

  /** The first chunk, joined with the others where it is shorter than this. */
  #joined(bytes: number): Buffer {
    const [first] = this.#chunks;
    if (first !== undefined && first.length >= bytes) return first;
    const joined = Buffer.concat(this.#chunks);
    this.#chunks = [joined];
    return joined;
  }
}
