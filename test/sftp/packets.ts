/** SFTP packets built by hand, independently of the code under test. */

export const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

export const uint64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
};

export const string = (value: string | Buffer): Buffer =>
  Buffer.concat([uint32(Buffer.from(value).length), Buffer.from(value)]);

export const packet = (type: number, id: number, ...fields: Buffer[]): Buffer =>
  Buffer.concat([Buffer.from([type]), uint32(id), ...fields]);

export const framed = (body: Buffer): Buffer => Buffer.concat([uint32(body.length), body]);
