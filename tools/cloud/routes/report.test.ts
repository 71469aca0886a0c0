import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { createFakeClock } from '../../../src/kit/testing/fake-clock.ts';
import { releaseOf, testComposition } from '../testing/release.ts';
import { startCloud, testFleet, type TestCloud, type TestDevice } from '../testing/start-cloud.ts';

const A = testFleet.uuid;
const D = 'd'.repeat(32);
const services = { main: {}, side: {} };
const unknownCommit = '0'.repeat(32);

interface Facts {
	/** Commit of the release. */
	C: string;
	/** Image of main, with digest. */
	I: string;
	/** Image of side, with digest. */
	J: string;
}

const withoutDigest = (image: string): string => image.split('@')[0] ?? '';
const wrongDigest = (image: string): string => `${withoutDigest(image)}@sha256:${'0'.repeat(64)}`;
const oneService = (commit: string, service: object, name = 'main') => ({
	apps: { [A]: { releases: { [commit]: { services: { [name]: service } } } } },
});
const running = (image: string) => ({ image, status: 'Running' });

const full = {
	os_version: 'balenaOS 6.0.0',
	os_variant: 'prod',
	supervisor_version: '19.0.5',
	provisioning_progress: null,
	provisioning_state: '',
	status: 'Idle',
	ip_address: '10.0.0.2',
	mac_address: '02:00:00:00:00:01',
	api_port: 48484,
	api_secret: '0'.repeat(32),
	logs_channel: null,
	memory_usage: 100,
	memory_total: 2000,
	storage_usage: 1,
	storage_total: 2,
	storage_block_device: '/dev/sda1',
	cpu_usage: 3,
	cpu_temp: 40,
	cpu_id: '0123',
	is_undervolted: false,
};

interface Case {
	name: string;
	status: 200 | 400 | 401;
	body: (facts: Facts) => object;
}

const accepted: Case[] = [
	{ name: 'all fields of a device', status: 200, body: () => full },
	{
		name: 'an image with the right digest',
		status: 200,
		body: ({ C, I }) => oneService(C, running(I)),
	},
	{
		name: 'an image without a digest',
		status: 200,
		body: ({ C, I }) => oneService(C, running(withoutDigest(I))),
	},
	{
		name: 'an unknown service name with a right image',
		status: 200,
		body: ({ C, I }) => oneService(C, running(I), 'nobody'),
	},
	{
		name: 'an unknown word for the status of a service',
		status: 200,
		body: ({ C, I }) => oneService(C, { image: I, status: 'Dancing' }),
	},
	{
		name: 'a download',
		status: 200,
		body: ({ C, I }) => oneService(C, { image: I, status: 'Downloading', download_progress: 42 }),
	},
	{
		name: 'null for the progress of a download',
		status: 200,
		body: ({ C, I }) => oneService(C, { image: I, status: 'Running', download_progress: null }),
	},
	{ name: 'an unknown OS variant', status: 200, body: () => ({ os_variant: 'nightly' }) },
	{ name: 'an unknown field', status: 200, body: () => ({ colour: 'green' }) },
	{ name: 'nothing about the device', status: 200, body: () => ({}) },
	{ name: 'no apps', status: 200, body: () => ({ apps: {} }) },
	{
		name: 'an app without releases',
		status: 200,
		body: () => ({ apps: { [A]: { releases: {} } } }),
	},
	{
		name: 'an unknown app without releases',
		status: 200,
		body: () => ({ apps: { ['9'.repeat(32)]: { releases: {} } } }),
	},
	{
		name: 'a release without services',
		status: 200,
		body: ({ C }) => ({
			apps: { [A]: { releases: { [C]: { update_status: 'rejected', services: {} } } } },
		}),
	},
	...['os_version', 'os_variant', 'provisioning_progress', 'provisioning_state', 'api_secret'].map(
		(field): Case => ({ name: `null as ${field}`, status: 200, body: () => ({ [field]: null }) }),
	),
	...[
		'storage_block_device',
		'cpu_id',
		'memory_usage',
		'memory_total',
		'storage_usage',
		'cpu_usage',
		'cpu_temp',
	].map((field): Case => ({
		name: `null as ${field}`,
		status: 200,
		body: () => ({ [field]: null }),
	})),
	...['rejected', 'aborted', 'downloading', 'downloaded', 'applying changes', 'done'].map(
		(word): Case => ({
			name: `update status ${word}`,
			status: 200,
			body: ({ C }) => ({
				apps: { [A]: { releases: { [C]: { update_status: word, services: {} } } } },
			}),
		}),
	),
];

const refused: Case[] = [
	{
		name: 'an image with a wrong digest',
		status: 401,
		body: ({ C, I }) => oneService(C, running(wrongDigest(I))),
	},
	{
		name: 'an image with a tag',
		status: 401,
		body: ({ C, I }) => oneService(C, running(`${withoutDigest(I)}:latest`)),
	},
	{
		name: 'an image that is not of the release',
		status: 401,
		body: ({ C }) => oneService(C, running('elsewhere/v2/abc')),
	},
	{
		name: 'an unknown release',
		status: 401,
		body: ({ I }) => oneService(unknownCommit, running(I)),
	},
	{
		name: 'a release of an unknown app',
		status: 401,
		body: ({ C }) => ({ apps: { ['9'.repeat(32)]: { releases: { [C]: {} } } } }),
	},
	{
		name: 'an unknown running release',
		status: 401,
		body: () => ({ apps: { [A]: { release_uuid: unknownCommit, releases: {} } } }),
	},
	{
		name: 'two services of a release with one image',
		status: 401,
		body: ({ C, I }) => ({
			apps: {
				[A]: {
					releases: { [C]: { services: { main: running(I), side: running(withoutDigest(I)) } } },
				},
			},
		}),
	},
	{
		name: 'an unknown update status',
		status: 400,
		body: ({ C }) => ({
			apps: { [A]: { releases: { [C]: { update_status: 'soon', services: {} } } } },
		}),
	},
	{
		name: 'a service without an image',
		status: 400,
		body: ({ C }) => oneService(C, { status: 'Running' }),
	},
	{
		name: 'a fraction of download progress',
		status: 400,
		body: ({ C, I }) => oneService(C, { image: I, status: 'Downloading', download_progress: 12.5 }),
	},
	...[
		{ cpu_usage: '3' },
		{ ip_address: null },
		{ mac_address: null },
		{ status: null },
		{ is_undervolted: 'no' },
		{ api_port: '48484' },
		{ cpu_usage: 1.5 },
		{ cpu_temp: 40.4 },
		{ memory_usage: 0.1 },
		{ storage_total: 1e-3 },
	].map((body): Case => ({ name: JSON.stringify(body), status: 400, body: () => body })),
];

describe('PATCH /device/v3/state', () => {
	let test: TestCloud;
	let device: TestDevice;
	let facts: Facts;
	before(async () => {
		test = await startCloud();
		device = await test.register();
		const { commit, images } = await releaseOf(test, { services });
		facts = { C: commit, I: images.main ?? '', J: images.side ?? '' };
	});
	after(() => test.close());
	const patch = (body: unknown, key = device.key, headers: Record<string, string> = {}) =>
		test.send({ method: 'PATCH', path: '/device/v3/state', key, body, headers });

	for (const { name, status, body } of accepted) {
		it(`must accept ${name}`, async () => {
			const answer = await patch({ [D]: body(facts) });
			expect(answer.status).to.equal(status);
			expect(await answer.text()).to.equal('');
			expect(answer.headers.get('transfer-encoding')).to.equal('chunked');
		});
	}

	for (const { name, status, body } of refused) {
		it(`must refuse with an empty ${status}: ${name}`, async () => {
			const answer = await patch({ [D]: body(facts) });
			expect(answer.status).to.equal(status);
			expect(await answer.text()).to.equal('');
		});
	}

	it('must refuse a body that names no device, or an unknown one, with 401', async () => {
		for (const body of [{}, { ['e'.repeat(32)]: {} }]) {
			const answer = await patch(body);
			expect(answer.status).to.equal(401);
			expect(await answer.text()).to.equal('');
		}
	});

	it('must refuse a body that is not called JSON with 401', async () => {
		const answer = await patch(JSON.stringify({ [D]: {} }), device.key, {
			'content-type': 'text/plain',
		});
		expect(answer.status).to.equal(401);
	});

	it('must answer broken JSON with 400 in HTML', async () => {
		const answer = await patch('{"', device.key, { 'content-type': 'application/json' });
		expect(answer.status).to.equal(400);
		expect(answer.headers.get('content-type')).to.match(/^text\/html/);
	});

	it('must answer more than 512 kB with 413 in HTML', async () => {
		const answer = await patch({ [D]: { status: 'x'.repeat(600_000) } });
		expect(answer.status).to.equal(413);
		expect(answer.headers.get('content-type')).to.match(/^text\/html/);
	});

	it('must unpack a gzip body', async () => {
		const body = gzipSync(JSON.stringify({ [D]: { status: 'Idle', cpu_usage: 77 } }));
		const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
		expect((await patch(body, device.key, headers)).status).to.equal(200);
		expect((await test.client.getDevice(D)).report).to.include({ status: 'Idle', cpu_usage: 77 });
	});

	it('must refuse a bad key in JSON, and a foreign one with an empty 401', async () => {
		const bad = await patch({ [D]: {} }, 'nobody');
		expect(bad.status).to.equal(401);
		expect(await bad.json()).to.deep.equal({ error: 'API key required' });
		const other = await test.register('e');
		const foreign = await patch({ [D]: {} }, other.key);
		expect(foreign.status).to.equal(401);
		expect(await foreign.text()).to.equal('');
	});

	it('must refuse a deleted device with an empty 401', async () => {
		const gone = await test.register('f');
		await test.client.deleteDevice(gone.uuid);
		const answer = await patch({ [gone.uuid]: {} }, gone.key);
		expect(answer.status).to.equal(401);
		expect(await answer.text()).to.equal('');
	});

	it('must change nothing when it refuses', async () => {
		await patch({ [D]: { status: 'Idle', ...oneService(facts.C, running(facts.I)) } });
		await patch({ [D]: { status: 'Busy', ...oneService(unknownCommit, running(facts.I)) } });
		const { report, services: seen } = await test.client.getDevice(D);
		expect(report).to.include({ status: 'Idle' });
		expect(seen).to.have.length(1);
	});

	it('must take apps for the whole truth: what a report does not name is gone', async () => {
		const { C, I, J } = facts;
		const both = { main: running(I), side: running(J) };
		await patch({
			[D]: { apps: { [A]: { release_uuid: C, releases: { [C]: { services: both } } } } },
		});
		const seen = await test.client.getDevice(D);
		expect(seen.services.map(({ name, status }) => `${name} ${status}`)).to.deep.equal([
			'main Running',
			'side Running',
		]);
		expect(seen.runningCommit).to.equal(C);
		await patch({ [D]: { cpu_usage: 1 } });
		expect((await test.client.getDevice(D)).services).to.have.length(2);
		await patch({ [D]: { apps: {} } });
		expect((await test.client.getDevice(D)).services).to.have.length(0);
	});

	it('must keep the word before when a status is none it knows', async () => {
		const { C, I } = facts;
		await patch({ [D]: oneService(C, running(I)) });
		await patch({ [D]: oneService(C, { image: I, status: 'Dancing' }) });
		expect((await test.client.getDevice(D)).services).to.have.nested.property(
			'[0].status',
			'Running',
		);
	});

	describe('an image that two releases have', () => {
		let next: string;
		let release_uuid: string;
		let main: ReturnType<typeof running>;
		const state = (app: object) => ({ [D]: { apps: { [A]: app } } });
		const older = (services: object) => ({ [release_uuid]: { services } });
		before(async () => {
			const { commit } = await test.client.createRelease({
				fleet: testFleet.name,
				composition: testComposition,
				images: { main: facts.I },
			});
			[next, release_uuid, main] = [commit, facts.C, running(facts.I)];
			await patch(state({ releases: older({ main }) }));
		});

		it('must be told under both when both are named', async () => {
			const releases = { ...older({ main }), [next]: { services: { main } } };
			expect((await patch(state({ releases }))).status).to.equal(200);
		});

		it('must be refused when it is told under one of them only', async () => {
			const releases = { ...older({}), [next]: { services: { main } } };
			expect((await patch(state({ releases }))).status).to.equal(401);
		});

		it('must be refused when the other is named only as what runs', async () => {
			const releases = { [next]: { services: { main } } };
			expect((await patch(state({ release_uuid, releases }))).status).to.equal(401);
			expect((await patch(state({ releases }))).status).to.equal(200);
		});

		it('must be refused with 409 when it is told under both and was never told before', async () => {
			const other = await test.register('c');
			const releases = { ...older({ main }), [next]: { services: { main } } };
			const body = { [other.uuid]: { apps: { [A]: { releases } } } };
			expect((await patch(body, other.key)).status).to.equal(409);
		});
	});

	it('must cut long texts and drop an unknown variant', async () => {
		await patch({ [D]: { os_variant: 'dev', supervisor_version: 'x'.repeat(30) } });
		await patch({ [D]: { os_variant: 'nightly', os_version: 'y'.repeat(100), cpu_id: '00AB' } });
		await patch({ [D]: { ip_address: 'fd00:0:0::2 '.repeat(200).trim() } });
		const { report } = await test.client.getDevice(D);
		expect(report.supervisor_version).to.equal('x'.repeat(20));
		expect(report.os_version).to.equal('y'.repeat(70));
		expect(report.os_variant).to.equal('dev');
		expect(report.cpu_id).to.equal('00ab');
		expect(report.ip_address).to.match(/^(?:fd00:0:0::2 )+fd00:0:0::2$/);
	});

	it('must keep readings that come alone once a minute, and others with what they come with', async () => {
		const clock = createFakeClock();
		const limited = await startCloud({ clock });
		const { key } = await limited.register();
		const send = async (report: object): Promise<unknown> => {
			const request = { method: 'PATCH', path: '/device/v3/state', key };
			expect((await limited.send({ ...request, body: { [D]: report } })).status).to.equal(200);
			return (await limited.client.getDevice(D)).report.cpu_usage;
		};
		expect(await send({ cpu_usage: 1 })).to.equal(1);
		expect(await send({ cpu_usage: 2, memory_usage: 5 })).to.equal(1);
		expect(await send({ cpu_usage: 3, status: 'Idle' })).to.equal(3);
		await clock.advance(60_000);
		expect(await send({ cpu_usage: 4 })).to.equal(4);
		await limited.close();
	});

	it('must show the mean progress of what is being downloaded', async () => {
		const { C, I, J } = facts;
		const moving = {
			main: running(I),
			side: { image: J, status: 'Downloading', download_progress: 7 },
		};
		await patch({ [D]: { apps: { [A]: { releases: { [C]: { services: moving } } } } } });
		expect((await test.client.getDevice(D)).overallProgress).to.equal(7);
	});
});

describe('PATCH /device/v3/tags', () => {
	let test: TestCloud;
	let device: TestDevice;
	beforeEach(async () => {
		test = await startCloud();
		device = await test.register();
	});
	afterEach(() => test.close());
	const patch = (body: unknown) =>
		test.send({ method: 'PATCH', path: '/device/v3/tags', key: device.key, body });

	it('must set tags that OData then shows', async () => {
		const answer = await patch({ [D]: { tag: 'value' } });
		expect(answer.status).to.equal(200);
		expect(await answer.text()).to.equal('');
		await patch({ [D]: { tag: 'other' } });
		const path = '/v7/device_tag?$select=id,tag_key,value&$filter=device eq 1';
		const rows = await test.send({ path, key: device.key });
		expect(await rows.json()).to.deep.equal({ d: [{ id: 1, tag_key: 'tag', value: 'other' }] });
	});

	for (const name of ['io.balena.x', 'io.resin.x', 'two words']) {
		it(`must refuse all of a report with a tag ${name}`, async () => {
			expect((await patch({ [D]: { tag: 'value', [name]: '1' } })).status).to.equal(400);
		});
	}

	it('must refuse a list', async () => {
		expect((await patch({ [D]: [{ tag_key: 'a', value: 'b' }] })).status).to.equal(400);
	});
});
