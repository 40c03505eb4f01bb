/** What one look found, and what to do about it. */
export interface Check {
  name: string;
  level: 'ok' | 'warn' | 'fail';
  text: string;
  advice?: string;
}

export const ok = (name: string, text: string): Check => ({ name, level: 'ok', text });
export const warn = (name: string, text: string, advice: string): Check => ({ name, level: 'warn', text, advice });
export const fail = (name: string, text: string, advice?: string): Check => ({
  ...{ name, level: 'fail', text },
  ...(advice !== undefined && { advice }),
});
