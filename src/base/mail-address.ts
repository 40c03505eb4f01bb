/** RFC 5321, section 4.1.2, without quoted names and address literals: nothing that could end a header or add another. */
const ADDRESS =
  /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;

export const isMailAddress = (text: string): boolean => text.length <= 254 && ADDRESS.test(text);

export interface Sender {
  name: string;
  address: string;
}

/** Pure: `Arrivage <arrivage@example.org>` or the address alone; undefined where it is neither. */
export function parseSender(text: string): Sender | undefined {
  const [, name = '', bracketed] = /^([^<>\p{Cc}]{0,100})<([^<>]+)>$/u.exec(text.trim()) ?? [];
  const address = bracketed ?? text.trim();
  return isMailAddress(address) ? { name: name.trim(), address } : undefined;
}
