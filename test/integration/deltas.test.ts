import { expect } from 'chai';
import type { FaultInput } from '../../tools/cloud/dev/faults.ts';
import type { ReleaseView } from '../../tools/cloud/dev/views.ts';
import { askForUpdate } from '../support/deploy.ts';
import { eventually } from '../support/eventually.ts';
import { fleetName, type Composition, type Stage } from '../support/stage.ts';
import { publishRecipes } from '../support/test-images.ts';
import { markLog, untilLogged, untilRuns } from '../support/until.ts';
import { useStage } from '../support/use-stage.ts';
import { baseImage } from './support/images.ts';

/** Text, which one packer packs smaller than another. */
const recipeOf = (first: number): string => `FROM ${baseImage}
RUN seq ${first} 400000 >/text
CMD ["sh", "-c", "trap 'exit 0' TERM; sleep 1000000 & wait"]`;
const recipes = { one: recipeOf(1), two: recipeOf(2) };
type ImageName = keyof typeof recipes;

const compositionWith = (labels: Record<string, string> = {}): Composition => ({
	services: { web: { restart: 'always', labels } },
	networks: {},
	volumes: {},
});
const strategy = (name: string) => ({ 'io.balena.update.strategy': name });

const variables: Readonly<Record<string, string>> = {
	SUPERVISOR_DELTA: '1',
	SUPERVISOR_DELTA_VERSION: '3',
	SUPERVISOR_DELTA_RETRY_INTERVAL: '100',
};

const deltaRequest = 'GET ^/api/v3/delta$';
const deltaManifest = '* ^/v2/.+/manifests/delta-';

/** Releases take turns, so that each finds the image of the one before on the device. */
describe('deltas on a real engine, from a real registry', () => {
	const stage = useStage();
	let images: Readonly<Record<ImageName, string>>;
	let current: ImageName = 'two';
	let mark = 0;

	const other = (name: ImageName): ImageName => (name === 'one' ? 'two' : 'one');
	const setVariable = (name: string, value: string | null): Promise<void> =>
		stage().client.setVariable({ fleet: fleetName, name: `BALENA_${name}`, value });
	const seen = (path: string) => stage().cloud().journal.list({ path });
	/** Resolves once the cloud has this system message of the device. */
	const untilTold = async (text: string): Promise<void> => {
		const [device] = await stage().client.listDevices();
		await eventually(`the system message ${text}`, async () => {
			const lines = await stage().client.deviceLogs(device?.uuid ?? '', 1000);
			return lines.some(({ message }) => message === text) ? true : undefined;
		});
	};

	/** Makes a release of the other image, and has the device ask for it. */
	const release = async (labels?: Record<string, string>): Promise<ReleaseView> => {
		current = other(current);
		mark = markLog(stage());
		stage().cloud().journal.clear();
		const made = await stage().release(compositionWith(labels), { web: images[current] });
		await askForUpdate(stage());
		return made;
	};
	/** Names under which the engine has images of the service, or what came of deltas. */
	const names = async (): Promise<string[]> => {
		const format = '{{.Repository}} {{.Tag}} {{.Digest}}';
		const list = await stage().device.docker('images', '--digests', '--format', format);
		return list.split('\n').filter((line) => /^(127\.0\.0\.1:5002|holdfast-delta)/.test(line));
	};
	/** The release runs, from the image under its own name and no other. */
	const mustRun = async (made: ReleaseView): Promise<void> => {
		await untilRuns(stage(), made);
		const [, digest = ''] = images[current].split('@');
		expect((await names()).join('\n'))
			.to.include(digest)
			.and.not.match(/delta/);
	};

	before(async function () {
		this.timeout(600_000);
		const { device, client, config, registry } = stage();
		images = await publishRecipes(
			{
				...{ device, cloud: stage().cloud(), url: String(config.apiEndpoint) },
				...{ registryHost: registry.host, fleetName },
			},
			recipes,
		);
		for (const [name, value] of Object.entries(variables)) await setVariable(name, value);
		await stage().configure({ ...config, deltaEndpoint: config.apiEndpoint });
		current = 'one';
		const made = await client.createRelease({
			...{ fleet: fleetName, composition: compositionWith() },
			images: { web: images.one },
		});
		await stage().start();
		await untilRuns(stage(), made);
	});
	afterEach(() => stage().cloud().faults.clear());

	it('must pull the first image of a service whole', () => {
		expect(seen('^/api/v3/delta')).to.deep.equal([]);
	});

	it('must make the image of a delta, and fetch nothing else of it', async () => {
		const source = images[current];
		const made = await release();
		await mustRun(made);
		await untilLogged(stage(), 'image made of a delta', mark);
		await untilTold(`Downloading delta for image '${images[current]}'`);
		const [question] = seen('^/api/v3/delta');
		expect(question).to.deep.include({
			status: 200,
			query: { src: source, dest: images[current] },
		});
		const paths = seen('^/v2/.+/(manifests|blobs)/').map(({ path }) => path);
		const [, digest = ''] = images[current].split('@');
		const ofImage = paths.findIndex((path) => path.endsWith(`/manifests/${digest}`));
		const ofDelta = paths.findIndex((path) => path.includes('/manifests/delta-'));
		expect(ofDelta).to.be.at.least(0);
		expect(ofImage).to.be.above(ofDelta);
		expect(paths.slice(ofDelta, ofImage).some((path) => path.includes('/blobs/'))).to.equal(true);
		expect(paths.slice(ofImage).some((path) => path.includes('/blobs/'))).to.equal(false);
	});

	it('must wait for a delta that is being made, and call that no failure', async () => {
		stage().cloud().faults.add({ match: deltaRequest, status: 504, times: 1 });
		stage().cloud().faults.add({ match: deltaRequest, status: 502, times: 1 });
		const made = await release();
		await mustRun(made);
		await untilTold(`Delta still processing remotely. Will retry... '${images[current]}'`);
		await untilLogged(stage(), 'image made of a delta', mark);
		expect(seen('^/api/v3/delta').map(({ status }) => status)).to.deep.equal([504, 502, 200]);
		const log = stage().supervisor().log().slice(mark);
		expect(log).to.not.include('Failed to download image').and.not.include('step failed');
	});

	const faults: readonly {
		readonly name: string;
		readonly fault: FaultInput;
		readonly settings?: Readonly<Record<string, string>>;
	}[] = [
		{ name: 'refuses with 400', fault: { match: deltaRequest, status: 400 } },
		{ name: 'refuses with 401', fault: { match: deltaRequest, status: 401 } },
		{ name: 'has no such delta', fault: { match: deltaRequest, status: 404 } },
		{ name: 'fails', fault: { match: deltaRequest, status: 500, body: 'oops' } },
		{ name: 'breaks off', fault: { match: deltaRequest, truncate: true } },
		{ name: 'closes the connection', fault: { match: deltaRequest, drop: true } },
		{
			name: 'leads to a captive portal',
			fault: { match: deltaRequest, status: 200, body: '<html>', contentType: 'html' },
		},
		{
			name: 'is slower than it may be',
			fault: { match: deltaRequest, delayMs: 600_000 },
			settings: { SUPERVISOR_DELTA_REQUEST_TIMEOUT: '300' },
		},
		{
			name: 'never has it ready',
			fault: { match: deltaRequest, status: 504 },
			settings: { SUPERVISOR_DELTA_RETRY_COUNT: '2' },
		},
		{
			name: 'names an image that the registry has not',
			fault: { match: deltaManifest, status: 404 },
		},
		{
			name: 'names an image that the registry fails to give',
			fault: { match: deltaManifest, status: 503 },
		},
	];
	for (const { name, fault, settings = {} } of faults) {
		it(`must pull the image whole, and run it, when the delta server ${name}`, async () => {
			for (const [variable, value] of Object.entries(settings)) await setVariable(variable, value);
			stage().cloud().faults.add(fault);
			await mustRun(await release());
			const log = stage().supervisor().log().slice(mark);
			expect(log)
				.to.match(/image is pulled whole/)
				.and.not.include('image made of a delta');
			for (const variable of Object.keys(settings)) {
				await setVariable(variable, variables[variable] ?? null);
			}
		});
	}

	it('must take nothing away when the server names the image that it was to start from', async () => {
		const source = images[current];
		stage()
			.cloud()
			.faults.add({ match: deltaRequest, body: { name: source } });
		await mustRun(await release());
		await untilLogged(stage(), 'the engine made another image of a delta', mark);
	});

	it('must make a delta of the old image after its container is gone', async () => {
		await mustRun(await release(strategy('kill-then-download')));
		await untilLogged(stage(), 'image made of a delta', mark);
	});

	it('must ask for no delta of a service whose old image is removed first', async () => {
		await mustRun(await release(strategy('delete-then-download')));
		expect(seen('^/api/v3/delta')).to.deep.equal([]);
	});

	it('must ask for none where the second form is wanted, say so, and begin again at once', async () => {
		const before = markLog(stage());
		await setVariable('SUPERVISOR_DELTA_VERSION', null);
		await mustRun(await release());
		expect(seen('^/api/v')).to.deep.equal([]);
		await untilLogged(stage(), /images are downloaded whole; only 3 is understood/, before);
		await setVariable('SUPERVISOR_DELTA_VERSION', '3');
		await mustRun(await release());
		await untilLogged(stage(), 'image made of a delta', mark);
	});

	it('must give the delta server no key of the device', async () => {
		const { deviceApiKey } = await readConfig(stage());
		await mustRun(await release());
		const told = JSON.stringify(seen('^/api/v3/delta'));
		expect(told).to.include('Bearer ').and.not.include(String(deviceApiKey));
	});
});

function readConfig({ folder }: Stage): Promise<Record<string, unknown>> {
	return folder.readConfig();
}
