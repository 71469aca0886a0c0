import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { apiOf } from '../../src/api/testing/serve.ts';
import { ask, type Server } from './support/ask.ts';
import { readRecordings, rewriteResponse } from './support/case-file.ts';
import { depsGiven, keys, names } from './support/given.ts';
import { differencesOf, fillIn, recordAnew } from './support/match.ts';

const isUpdate = process.env['UPDATE_GOLDEN'] === '1';

/** The recorded answers, from a server in this process over a device in memory. UPDATE_GOLDEN=1 records anew. */
describe('recorded answers, in process', () => {
	const open: HttpServer[] = [];
	afterEach(() => {
		for (const server of open.splice(0)) {
			server.closeAllConnections();
			server.close();
		}
	});

	async function serve(given: string): Promise<Server> {
		const server = createServer(apiOf(depsGiven(given)));
		open.push(server);
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		return { port: (server.address() as AddressInfo).port, names, keys };
	}

	for (const recording of readRecordings()) {
		describe(recording.endpoint, () => {
			for (const [index, one] of recording.cases.entries()) {
				const state = one.given === 'settled' ? '' : `, given ${one.given}`;
				it(`must answer ${one.name}${state}`, async () => {
					const server = await serve(one.given);
					const seen = await ask(one, recording, server);
					const differences = differencesOf(fillIn(one.response ?? {}, names), seen);
					if (differences.length === 0) return;
					if (!isUpdate) expect(differences).to.deep.equal([]);
					rewriteResponse(recording, index, recordAnew(one.response, seen, names));
				});
			}
		});
	}
});
