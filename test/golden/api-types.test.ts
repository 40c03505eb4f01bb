import { readFile } from 'node:fs/promises';
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';
import { expect, it } from 'vitest';

const document = new URL('openapi.json', import.meta.url);

it('the types of the client are those of the document (vitest -u writes them)', async () => {
  const nodes = await openapiTS(JSON.parse(await readFile(document, 'utf8')) as OpenAPI3);
  const text = `// Made from openapi.json by openapi-typescript; see api-types.test.ts.\n\n${astToString(nodes)}`;
  await expect(text).toMatchFileSnapshot('api-types.ts');
});
