/** DNS over TCP: each message has its length before it, in two bytes (RFC 1035, 4.2.2). Pure. */

export function withLength(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}

/** Takes pieces as they come, and calls back with each whole message. */
export function makeDeframer(use: (message: Buffer) => void): (piece: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return piece => {
    rest = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    while (rest.length >= 2 && rest.length >= 2 + rest.readUInt16BE(0)) {
      const end = 2 + rest.readUInt16BE(0);
      use(rest.subarray(2, end));
      rest = rest.subarray(end);
    }
  };
}
