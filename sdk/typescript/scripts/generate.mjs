// Makes src/schema.generated.ts of the contract, which it reads as JSON from its input: the types of everything, by
// openapi-typescript, and, since types are gone when the program runs, which operations take no access token.
import { text } from 'node:stream/consumers';
import { writeFileSync } from 'node:fs';
import openapiTS, { astToString, COMMENT_HEADER } from 'openapi-typescript';

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']; // the rest of a path item is none

const contract = JSON.parse(await text(process.stdin));

const takesToken = (operation) => (operation.security ?? contract.security).some((way) => 'bearerAuth' in way);
const open = Object.entries(contract.paths).flatMap(([path, item]) => methods
  .filter((method) => item[method] && !takesToken(item[method]))
  .map((method) => `${method.toUpperCase()} ${path}`));

// Without defaultNonNullable: false, whatever has a default would have to be given.
const types = astToString(await openapiTS(contract, { defaultNonNullable: false }));
const source = `${COMMENT_HEADER}${types}
/** The operations that take no access token. */
export const open: ReadonlySet<string> = new Set(${JSON.stringify(open, null, 4)});
`;
writeFileSync(new URL('../src/schema.generated.ts', import.meta.url), source);
