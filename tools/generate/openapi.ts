import { openApiDocument } from '../../src/api/v3/openapi.ts';
import { v3Routes } from '../../src/api/v3/routes.ts';
import { depsOf } from '../../src/api/testing/fixture.ts';
import { version } from '../../src/version.ts';

/** docs/api/openapi.json */
export function makeOpenApi(): string {
	return JSON.stringify(openApiDocument(v3Routes(depsOf({ log: [] })), { version }));
}
