import type { KeyScope } from '../../src/model/api-key.ts';

interface Operation {
  summary?: string;
  operationId: string;
  security?: unknown;
  tags?: string[];
  'x-scope': KeyScope;
  parameters?: { in: string; name: string }[];
  responses: Record<string, { $ref?: string } | undefined>;
}

/** What the tests read of an OpenAPI document. */
export interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { responses: Record<string, { content: Record<string, unknown> } | undefined> };
}

/** Every route of the document. */
export function operationsOf(document: Document) {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...{ name: `${method} ${path}`, method: method.toUpperCase(), path, operation },
    })),
  );
}

/** Names of what a query may hold. */
export const parametersOf = ({ parameters = [] }: Operation): string[] =>
  parameters.filter((each) => each.in === 'query').map(({ name }) => name);

const examples: Readonly<Record<string, string>> = { dataset: 'ecritures', id: '1', sync: '1' };

/** A path of the document with something in each place. */
export function pathOf(path: string, given: Record<string, string> = {}): string {
  const things: Record<string, string> = { tenant: 'acme', ...examples, ...given };
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => things[name] ?? 'x');
}
