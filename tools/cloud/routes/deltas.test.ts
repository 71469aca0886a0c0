import { createServer, type Server } from 'node:http';
import { expect } from 'chai';
import { z } from 'zod';
import { startCloud, type TestCloud } from '../testing/start-cloud.ts';

const host = 'registry.holdfast.test:5000';
const image = (letter: string): string =>
	`${host}/v2/${letter.repeat(32)}@sha256:${letter.repeat(64)}`;

/** What makes deltas of real images of a real registry is shown by test/integration/deltas.test.ts. */
describe('GET /api/v3/delta', () => {
	let test: TestCloud;
	/** A registry that knows nobody. */
	let registry: Server;
	let port: number;
	beforeEach(async () => {
		test = await startCloud();
		registry = createServer((_req, res) => res.writeHead(401).end());
		await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
		port = z.object({ port: z.number() }).parse(registry.address()).port;
	});
	afterEach(async () => {
		await test.close();
		registry.closeAllConnections();
		await new Promise((resolve) => registry.close(resolve));
	});

	const ask = async (query: Record<string, string>, key?: string): Promise<number> => {
		const path = `/api/v3/delta?${new URLSearchParams(query).toString()}`;
		return (await test.send({ path, ...(key !== undefined && { key }) })).status;
	};
	const wish = { src: image('a'), dest: image('b') };

	it('must have no deltas without a registry', async () => {
		expect(await ask(wish, 'token')).to.equal(404);
	});

	it('must refuse whoever brings no token, or one that the registry does not take', async () => {
		await test.cloud.listenAsRegistry(0, port);
		expect(await ask(wish)).to.equal(401);
		expect(await ask(wish, 'token')).to.equal(401);
	});

	it('must refuse a question without two images of its registry', async () => {
		await test.cloud.listenAsRegistry(0, port);
		for (const query of [
			{ src: wish.src },
			{ dest: wish.dest },
			{ ...wish, src: 'elsewhere.test/a' },
		]) {
			expect(await ask(query, 'token')).to.equal(400);
		}
	});

	it('must not know the second form', async () => {
		await test.cloud.listenAsRegistry(0, port);
		expect((await test.send({ path: '/api/v2/delta' })).status).to.equal(404);
	});
});
