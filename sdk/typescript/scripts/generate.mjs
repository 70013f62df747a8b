// Generates src/schema.generated.ts from the contract, which it reads as JSON from standard input: all types, by
// openapi-typescript, and the operations without an access token, because types don't exist at run time.
import { text } from 'node:stream/consumers';
import { writeFileSync } from 'node:fs';
import openapiTS, { astToString, COMMENT_HEADER } from 'openapi-typescript';

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']; // a path item has other members, too

const contract = JSON.parse(await text(process.stdin));

const takesToken = (operation) => (operation.security ?? contract.security).some((way) => 'bearerAuth' in way);
const publicOperations = Object.entries(contract.paths).flatMap(([path, item]) => methods
  .filter((method) => item[method] && !takesToken(item[method]))
  .map((method) => `${method.toUpperCase()} ${path}`));

// Without defaultNonNullable: false, members with a default would be required.
const types = astToString(await openapiTS(contract, { defaultNonNullable: false }));
const source = `${COMMENT_HEADER}${types}
/** The operations without an access token. */
export const publicOperations: ReadonlySet<string> = new Set(${JSON.stringify(publicOperations, null, 4)});
`;
writeFileSync(new URL('../src/schema.generated.ts', import.meta.url), source);
