import { expect } from 'chai';
import { createCloud, type Cloud } from '../../tools/cloud/create-cloud.ts';
import type { FaultInput } from '../../tools/cloud/dev/faults.ts';
import { releaseOf } from '../../tools/cloud/testing/release.ts';
import {
	startCloud,
	type TestCloud,
	type TestDevice,
} from '../../tools/cloud/testing/start-cloud.ts';
import { createFakeClock, type FakeClock } from '../kit/testing/fake-clock.ts';
import type { DeltaAnswer, DeltaServer } from '../ports/cloud.ts';
import { createDeltaServer } from './delta-server.ts';
import type { HttpClient } from './http.ts';
import { createTestHttp } from './testing/cloud-under-test.ts';
import { createMemoryConfig } from './testing/memory-config.ts';

const never = new AbortController().signal;
const registry = 'registry.holdfast.test:5000';
const place = (letter: string): string => `v2/${letter.repeat(31)}0`;
const [image, source] = ['b', 'a'].map(
	(letter) => `${registry}/${place(letter)}@sha256:${letter.repeat(64)}`,
) as [string, string];
const wish = { image, source };
const deltaPath = 'GET ^/api/v3/delta$';
const tokenPath = 'GET ^/auth/v1/token$';
const balenaCloud = 'https://delta.balena-cloud.com';
const delta = `${registry}/${place('b')}:delta-a`;

describe('createDeltaServer, against the development cloud', () => {
	let test: TestCloud;
	/** The delta server, where it is not the API itself. */
	let elsewhere: Cloud;
	let elsewhereUrl: string;
	let device: TestDevice;
	let http: HttpClient;
	let clock: FakeClock;
	let requestTimeoutMs: number;

	beforeEach(async () => {
		test = await startCloud();
		elsewhere = await createCloud({ userKey: 'user-key' });
		elsewhereUrl = await elsewhere.listen(0);
		device = await test.register();
		await releaseOf(test, undefined, 'a');
		await releaseOf(test, undefined, 'b');
		http = createTestHttp();
		clock = createFakeClock();
		requestTimeoutMs = 59_000;
	});
	afterEach(async () => {
		http.close();
		await test.close();
		await elsewhere.close();
	});

	interface Made {
		readonly config?: Readonly<Record<string, unknown>>;
		readonly override?: string;
		readonly isOurs?: boolean;
	}
	const made = ({ config = {}, override, isOurs = true }: Made = {}): DeltaServer =>
		createDeltaServer({
			// the server of balenaCloud is played, too
			http: {
				send: (request) =>
					http.send({ ...request, url: request.url.replace(balenaCloud, elsewhereUrl) }),
			},
			config: createMemoryConfig({
				...{ apiEndpoint: test.url, deltaEndpoint: elsewhereUrl },
				...{ uuid: device.uuid, deviceApiKey: device.key, ...config },
			}),
			apiEndpointOverride: () => Promise.resolve(override),
			registryAuth: {
				credentialsFor: () =>
					Promise.resolve(
						isOurs
							? {
									...{ username: `d_${device.uuid}`, password: device.key },
									serverAddress: registry,
								}
							: undefined,
					),
			},
			requestTimeoutMs: () => requestTimeoutMs,
			clock,
		});
	const ask = (options?: Made, signal = never): Promise<DeltaAnswer> =>
		made(options).ask(wish, signal);
	const play = (fault: Omit<FaultInput, 'match'>): void =>
		elsewhere.faults.add({ match: deltaPath, ...fault });
	const asked = () => elsewhere.journal.list({ path: '^/api/v3/delta' });
	const tokens = () => test.cloud.journal.list({ path: '^/auth/v1/token' });

	it('must ask with a token that opens both images, and give the name of the delta', async () => {
		play({ body: { name: delta } });
		const answer = await ask();
		expect(answer).to.include({ kind: 'ready', name: delta });
		const [request] = asked();
		expect(request?.query).to.deep.equal({ src: source, dest: image });
		expect(request?.headers.authorization).to.equal(
			`Bearer ${answer.kind === 'ready' ? answer.token : ''}`,
		);
		const [asking] = tokens();
		expect(asking?.query).to.deep.equal({
			service: registry,
			scope: [`repository:${place('b')}:pull`, `repository:${place('a')}:pull`],
		});
		const basic = Buffer.from(`d_${device.uuid}:${device.key}`).toString('base64');
		expect(asking?.headers.authorization).to.equal(`Basic ${basic}`);
	});

	it('must show the device’s key to the API alone', async () => {
		play({ body: { name: delta } });
		await ask();
		const told = JSON.stringify(elsewhere.journal.list());
		expect(told).to.not.include(device.key);
		expect(told).to.not.include(Buffer.from(`d_${device.uuid}:${device.key}`).toString('base64'));
	});

	it('must use a token for ten minutes, and another one after that', async () => {
		play({ body: { name: delta } });
		const server = made();
		await server.ask(wish, never);
		await clock.advance(9 * 60_000);
		await server.ask(wish, never);
		expect(tokens()).to.have.lengthOf(1);
		await clock.advance(60_000);
		await server.ask(wish, never);
		expect(tokens()).to.have.lengthOf(2);
	});

	it('must ask for the token where apiEndpointOverride says', async () => {
		play({ body: { name: delta } });
		const answer = await ask({
			config: { apiEndpoint: 'http://nobody.invalid' },
			override: test.url,
		});
		expect(answer.kind).to.equal('ready');
	});

	it('must ask balenaCloud’s server for a device of balenaCloud, wherever apiEndpointOverride points', async () => {
		play({ body: { name: delta } });
		const answer = await ask({
			config: { apiEndpoint: 'https://api.balena-cloud.com', deltaEndpoint: undefined },
			override: test.url,
		});
		expect(answer).to.include({ kind: 'ready', name: delta });
		expect([asked().length, tokens().length]).to.deep.equal([1, 1]);
	});

	for (const status of [502, 504]) {
		it(`must take ${status} as a delta that is being made`, async () => {
			play({ status, body: '<html>', contentType: 'html', headers: { 'Retry-After': '7' } });
			expect(await ask()).to.deep.equal({ kind: 'processing', retryAfterMs: 7000 });
		});
	}

	it('must get a new token once when the server takes the old one no more', async () => {
		play({ status: 401, times: 1 });
		play({ body: { name: delta } });
		expect((await ask()).kind).to.equal('ready');
		expect(tokens()).to.have.lengthOf(2);
	});

	const nothings: readonly {
		readonly name: string;
		readonly fault: Omit<FaultInput, 'match'>;
		readonly says: RegExp;
		readonly isLasting: boolean;
	}[] = [
		{ name: '401 again', fault: { status: 401 }, says: /status 401/, isLasting: true },
		{ name: '400', fault: { status: 400 }, says: /status 400/, isLasting: true },
		{ name: '404', fault: { status: 404 }, says: /status 404/, isLasting: true },
		{ name: '429', fault: { status: 429 }, says: /status 429/, isLasting: false },
		{ name: '500', fault: { status: 500 }, says: /status 500/, isLasting: false },
		{ name: '503', fault: { status: 503 }, says: /status 503/, isLasting: false },
		{
			name: 'a redirection',
			fault: { status: 302, headers: { Location: 'http://portal.example/' } },
			says: /portal/,
			isLasting: false,
		},
		{ name: 'half an answer', fault: { truncate: true }, says: /127\.0\.0\.1/, isLasting: false },
		{ name: 'a closed connection', fault: { drop: true }, says: /127\.0\.0\.1/, isLasting: false },
		{
			name: 'no JSON',
			fault: { body: 'name', contentType: 'json' },
			says: /not valid JSON/,
			isLasting: false,
		},
		{ name: 'no name', fault: { body: {} }, says: /unknown form/, isLasting: false },
		{
			name: 'the name of an image of another registry',
			fault: { body: { name: `elsewhere.test/${place('b')}:delta` } },
			says: /not in registry.holdfast.test:5000/,
			isLasting: true,
		},
		{
			name: 'the name of an image of the engine’s own registry',
			fault: { body: { name: 'library/delta:1' } },
			says: /not in registry.holdfast.test:5000/,
			isLasting: true,
		},
	];
	for (const { name, fault, says, isLasting } of nothings) {
		it(`must have no delta, and no failure, after ${name}`, async () => {
			play(fault);
			const answer = await ask();
			expect(answer).to.include({ kind: 'none', isLasting });
			expect(answer.kind === 'none' && answer.reason).to.match(says);
		});
	}

	it('must have no delta when the server is slower than it may be', async () => {
		requestTimeoutMs = 20;
		play({ delayMs: 60_000 });
		const answer = await ask();
		expect(answer).to.include({ kind: 'none', isLasting: false });
		expect(answer.kind === 'none' && answer.reason).to.include('gave no answer within 20 ms');
	});

	it('must have no delta when nobody answers, or no token is given', async () => {
		const nobody = await ask({ config: { deltaEndpoint: 'http://127.0.0.1:1' } });
		expect(nobody).to.include({ kind: 'none', isLasting: false });
		test.cloud.faults.add({ match: tokenPath, status: 500 });
		expect(await ask()).to.include({ kind: 'none', isLasting: false });
		expect(asked()).to.deep.equal([]);
	});

	const unasked: readonly (Made & { readonly name: string })[] = [
		{ name: 'no delta server is named', config: { deltaEndpoint: '' } },
		{
			name: 'only the delta server of another cloud is named',
			config: { deltaEndpoint: balenaCloud },
		},
		{ name: 'the registry is not the cloud’s', isOurs: false },
	];
	for (const { name, ...options } of unasked) {
		it(`must ask nobody when ${name}`, async () => {
			expect(await ask(options)).to.include({ kind: 'none', isLasting: false });
			expect([...asked(), ...tokens()]).to.deep.equal([]);
		});
	}

	for (const other of ['a:1', 'elsewhere.test/v2/a:1']) {
		it(`must ask nobody about a source of another registry, such as ${other}`, async () => {
			const answer = await made().ask({ image, source: other }, never);
			expect(answer).to.include({ kind: 'none', isLasting: true });
			expect([...asked(), ...tokens()]).to.deep.equal([]);
		});
	}

	it('must end with the reason of its signal', async () => {
		play({ delayMs: 60_000 });
		const abort = new AbortController();
		const work = ask(undefined, abort.signal).catch((err: unknown) => err);
		abort.abort(new Error('a new target'));
		expect(await work).to.have.property('message', 'a new target');
	});
});
